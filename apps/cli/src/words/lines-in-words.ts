import { inEnglish } from "./in-english.ts";

/** What is said of `4.67012E+10`. */
export const SHORTENED = "shortened by a spreadsheet as in 4.67E+10, its last digits are lost";

/** What is said of a line that ends too soon, and of one with text where the heading has no column. */
export const MISSING_CELLS = "with fewer cells than are needed";
export const TOO_MANY_CELLS = "with more cells than the heading";

/**
 * `line 2`, or `lines 2, 5, 9 and 17 more`.
 *
 * @param shown - the first of them
 * @param total - how many there are
 */
export function linesInWords(shown: readonly number[], total: number): string {
  const more = total > shown.length ? ` and ${inEnglish(total - shown.length)} more` : "";
  return `${total === 1 ? "line" : "lines"} ${shown.map(inEnglish).join(", ")}${more}`;
}
