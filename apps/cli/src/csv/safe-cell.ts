/** What makes a spreadsheet take a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A text of somebody else's as a cell: a spreadsheet shows it, and runs nothing. */
export function safeCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
