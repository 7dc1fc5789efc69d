/** What Sinch ignores inside a number: spaces, dashes, brackets. */
const IGNORED = /[\s\-()[\]]/g;

/**
 * 7 to 15 digits (E.164): shorter ones are short codes or typing mistakes. No country code begins with a zero. The
 * common case, tested first: bare digits need no work at all.
 */
const BARE_MSISDN = /^[1-9]\d{6,14}$/;

/** A group ID is a ULID; the ones of older accounts are twelve letters and digits in mixed case. */
const GROUP_ID = /^(?:0[0-9A-HJKMNP-TV-Z]{25}|(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{12})$/;

/** A zero alone in brackets: it is dialed within the country only, in place of the country code before it. */
const NATIONAL_ZERO = /[([]\s*0\s*[)\]]/;

const NOT_A_DIGIT = /\D/;

/** Whether a recipient, as it goes over the wire, is a group. Whom it stands for is not known here. */
export function isGroup(recipient: string): boolean {
  return NOT_A_DIGIT.test(recipient);
}

/**
 * Brings one entry of `to` into the form that goes over the wire and that Sinch gives back: digits only.
 *
 * Sinch accepts international numbers with `+`, with `00` or with neither, ignores spaces, dashes and brackets, and
 * takes group IDs in the same list; those pass through untouched but for whitespace around them. A number with a national
 * leading zero is not international and is rejected.
 *
 * So is one with a zero in brackets, `+46 (0)70 123 45 69`: with the brackets ignored it would be somebody else's number,
 * and which one was meant would be a guess, since in a few countries the zero belongs to the number. One that stands there
 * without them (`+39 06 …`, Italy) is a digit as any other.
 *
 * @param text - one entry as the caller wrote it
 * @returns the digits of the MSISDN, the group ID, or `null` when it is neither
 */
export function normaliseRecipient(text: string): string | null {
  if (BARE_MSISDN.test(text)) return text;
  const trimmed = text.trim();
  if (GROUP_ID.test(trimmed)) return trimmed;
  if (NATIONAL_ZERO.test(trimmed)) return null;
  const digits = trimmed.replace(IGNORED, "").replace(/^(?:\+|00)/, "");
  return BARE_MSISDN.test(digits) ? digits : null;
}

/** How people write a number for the telephones of their own country. */
const NATIONAL = /^0[1-9]\d{5,}$/;

/** How a spreadsheet writes a long number in a narrow column, with the decimal sign of its language. */
const SHORTENED = /^\+?\d(?:[.,]\d+)?E\+?\d{1,2}$/i;

/** What is wrong with an entry that is no recipient. */
export type Misspelling = "national" | "zero_in_brackets" | "shortened";

/**
 * What somebody meant who wrote an entry that is no recipient, where the mistake is a common one.
 *
 * @param text - one entry for which {@link normaliseRecipient} answers `null`
 * @returns `national` for a number without the code of its country, `zero_in_brackets` for `+46 (0)70 …`, `shortened` for
 *   `4.67012E+10`, whose last digits nobody knows any more
 */
export function misspellingOf(text: string): Misspelling | null {
  if (SHORTENED.test(text.trim())) return "shortened";
  if (NATIONAL_ZERO.test(text)) return "zero_in_brackets";
  return NATIONAL.test(text.replace(IGNORED, "")) ? "national" : null;
}
