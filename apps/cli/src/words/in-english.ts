/** A number as people read it: `1,234`. */
export function inEnglish(count: number): string {
  return count.toLocaleString("en");
}

/** A number and what it counts: `1 part`, `1,234 parts`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${inEnglish(count)} ${count === 1 ? one : many}`;
}

/** How many recipients: `1 recipient`, `1,234 recipients`. */
export function people(count: number): string {
  return counted(count, "recipient");
}
