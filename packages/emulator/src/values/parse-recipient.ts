const PLUS = 43;
const ZERO = 48;
const NINE = 57;

/** Sinch publishes no shortest number and calls `+1` invalid; nothing shorter than a short code is let through. */
const MIN_DIGITS = 5;

/** E.164. Fifteen digits also fit a double exactly, which is what makes a plain number the cheapest key. */
const MAX_DIGITS = 15;

/** Group IDs are ULIDs; older accounts have twelve letters and digits in mixed case. */
const GROUP_ID = /^(?:0[0-9A-HJKMNP-TV-Z]{25}|(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{12})$/;

/** Sinch ignores these inside a number. */
const SEPARATORS = /[\s\-()[\]]/g;

/**
 * Reads an MSISDN as Sinch does: international, with `+`, with `00` or with neither.
 *
 * @param text - one entry of `to`, or a key of `parameters`
 * @returns the digits as a number, or 0 when the text is no MSISDN (a group ID, for example)
 */
export function parseMsisdn(text: string): number {
  return readDigits(text, text.charCodeAt(0) === PLUS ? 1 : 0) || readWritten(text);
}

/** The common case, in one pass without an allocation: a thousand of these per request. */
function readDigits(text: string, start: number): number {
  const digits = text.length - start;
  if (digits < MIN_DIGITS || digits > MAX_DIGITS || text.charCodeAt(start) === ZERO) return 0;
  let value = 0;
  for (let index = start; index < text.length; index += 1) {
    const charCode = text.charCodeAt(index);
    if (charCode < ZERO || charCode > NINE) return 0;
    value = value * 10 + (charCode - ZERO);
  }
  return value;
}

/** A number with separators or `00`. */
function readWritten(text: string): number {
  return readDigits(text.replace(SEPARATORS, "").replace(/^(?:\+|00)/, ""), 0);
}

/** Whether an entry of `to` has the form of a group's ID. Whether there is such a group is another question. */
export function isGroupId(text: string): boolean {
  return GROUP_ID.test(text);
}

/**
 * One form per recipient, whichever way it was written: the digits of a number, the text of anything else.
 *
 * @param text - as a caller wrote it, with or without `+`
 */
export function recipientKey(text: string): number | string {
  return parseMsisdn(text) || text;
}
