/** So many recipients, as a sentence has it: `1 recipient`, `2,500 recipients`. */
export function people(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "recipient" : "recipients"}`;
}
