/** A longer wait is not believed: timers of Node overflow after 24 days and then do not wait at all. */
const LONGEST_MS = 24 * 60 * 60 * 1_000;

/** The three forms of an HTTP date begin with a day's name. `Date.parse` alone would read `-5` as a day in 2001. */
const HTTP_DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? /;

/**
 * Reads a `Retry-After` header in either of its forms, seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @param value - the header
 * @param now - to count a date from
 * @returns milliseconds from now, never negative and at most a day; `null` when there is no header or it says nothing
 */
export function retryAfterMs(value: string | string[] | undefined, now: Date): number | null {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  if (!text) return null;
  const waitMs = /^\d+(?:\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1_000) : readDate(text) - now.getTime();
  return Number.isNaN(waitMs) ? null : Math.min(LONGEST_MS, Math.max(0, waitMs));
}

/** An HTTP date is always in GMT; its oldest form, asctime, leaves that out. */
function readDate(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN;
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}
