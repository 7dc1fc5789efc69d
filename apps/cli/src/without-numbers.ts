/** A digit, and six more with what people write between them: a number, or most of one. */
const LONG_NUMBER = /\+?\d(?:[\s().-]?\d){6,}/g;

/** The provider's own words, in which a recipient may stand. */
export function withoutNumbers(text: string): string {
  return text.replace(LONG_NUMBER, "(number)");
}
