import { DEFAULT_SENDER } from "../terms/keys.ts";

/** A number or a short code, however people write one. */
const NUMBER = /^\+?[\d\s\-()]+$/;

/** The longest there are, by E.164. */
const MOST_DIGITS = 15;

/** The digits of a number. @returns `null` where it is none */
export function digitsOf(text: string): string | null {
  if (!NUMBER.test(text)) return null;
  const digits = text.replaceAll(/\D/g, "");
  return digits.length > 0 && digits.length <= MOST_DIGITS ? digits : null;
}

/**
 * What answers to a sender are found by.
 *
 * @param from - of a send; `undefined` where the provider chooses
 * @returns `null` for a name, which nobody can answer
 */
export function answeredSender(from: string | undefined): string | null {
  return from === undefined ? DEFAULT_SENDER : digitsOf(from);
}
