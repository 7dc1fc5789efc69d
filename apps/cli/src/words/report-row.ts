/** Columns of the names. */
const NAME_WIDTH = 10;

/** One line of a report: what it is about, and what it says. */
export function reportRow(name: string, text: string): string {
  return `  ${name.padEnd(NAME_WIDTH)} ${text}`;
}
