/** The fewest digits of a number, with anything between them. */
const MANY_DIGITS = /(?:\d\D*){7}/;

/** Whether a text may be somebody's number, so that no message repeats it. */
export function looksLikeNumber(text: string): boolean {
  return MANY_DIGITS.test(text);
}
