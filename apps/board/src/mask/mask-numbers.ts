/** Shown in place of digits that may be a phone number. */
const HIDDEN_NUMBER = "[number]";

/** Five digits in a row, or seven with the separators that people put into phone numbers. */
const DIGITS = /\+?\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){4,}/gu;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Hides whatever in a text may be a phone number. Rather too much than too little: long counts and parts of IDs go too.
 * Dates and short numbers such as status codes stay.
 */
export function maskNumbers(text: string): string {
  return text.replace(DIGITS, (found) => (mayBePhoneNumber(found) ? HIDDEN_NUMBER : found));
}

function mayBePhoneNumber(found: string): boolean {
  if (DATE.test(found)) return false;
  const digits = found.match(/\p{Nd}/gu)?.length ?? 0;
  return digits >= 7 || /\p{Nd}{5}/u.test(found);
}
