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

/** What may stand between two digits. */
const BETWEEN = String.raw`[\s\-()[\]]*`;

/** @param number - as it goes over the wire */
export function personOf(number: string): Person {
  const digits = Array.from(number).join(BETWEEN);
  const pattern = new RegExp(String.raw`(?<!\d)(?:(?:\+|00)${BETWEEN})?${digits}(?!\d)`, "g");
  return {
    number,
    is: (text) => normaliseRecipient(text) === number,
    isIn: (text) => text.search(pattern) !== -1,
    replaceIn: (text, standIn) => text.replace(pattern, () => standIn),
  };
}
