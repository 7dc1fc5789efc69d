import { normaliseRecipient } from "./recipient.ts";

/** Somebody, as they are looked for in what is kept. */
export type Person = {
  /** As it goes over the wire: 7 to 15 digits. */
  readonly number: string;
  /** Whether a whole text is their number, however it is written. */
  readonly is: (text: string) => boolean;
  /** Whether their number stands somewhere in a text. */
  readonly isIn: (text: string) => boolean;
  /** A text with something else in place of their number. */
  readonly replaceIn: (text: string, standIn: string) => string;
};

/** How a blank stands in JSON that is escaped, also in JSON as a text of JSON. */
const ESCAPED = String.raw`\\+(?:[tnrf]|u(?:000[9a-d]|0020|00a0|1680|200[0-9a]|202[89f]|205f|3000|feff))`;

/** What may stand between two digits. */
const BETWEEN = String.raw`(?:[\s\-()[\]]|${ESCAPED})*`;

/** The end of an escaped blank may look like a digit. */
const START = String.raw`(?:(?<!\d)|(?<=${ESCAPED}))`;

/** @param number - as it goes over the wire */
export function personOf(number: string): Person {
  const digits = Array.from(number).join(BETWEEN);
  const pattern = new RegExp(String.raw`${START}(?:(?:\+|00)${BETWEEN})?${digits}(?!\d)`, "gi");
  return {
    number,
    is: (text) => normaliseRecipient(text) === number,
    isIn: (text) => text.search(pattern) !== -1,
    replaceIn: (text, standIn) => text.replace(pattern, () => standIn),
  };
}
