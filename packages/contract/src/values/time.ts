/** A time as {@link readTime} reads it, for JSON Schema: without names of groups, which other languages write otherwise. */
export const TIME_PATTERN =
  "^(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)([Zz]|[+-]\\d{2}(?::?\\d{2})?)?$";

const ISO_8601 = new RegExp(TIME_PATTERN);

/** Its digits are in the ranges of a calendar and a clock, so it is no number to text. */
const PLAUSIBLE =
  /^(?:19|20)\d\d-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:[Zz]|[+-][01]\d(?::?[0-5]\d)?)?$/;

/** Whether a text is a time as people and programs write it, so that it may be shown, whoever wrote it. */
export function looksLikeTime(text: string): boolean {
  return PLAUSIBLE.test(text);
}

/**
 * Reads a time as Sinch does: ISO-8601 with any offset, UTC when there is none.
 *
 * @param text - for example `2026-12-01T09:00:00+01:00`
 * @returns the time, or `null` when the text is not one (a date alone is not, nor is 30 February)
 */
export function readTime(text: string): Date | null {
  const [, date = "", time = "", offset = "Z"] = ISO_8601.exec(text) ?? [];
  if (!isCalendarDate(date)) return null;
  const instant = new Date(`${date}T${time}${withColon(offset.toUpperCase())}`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function isCalendarDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

/** ISO-8601 allows `+01` and `+0100`; `Date` wants `+01:00`. */
function withColon(offset: string): string {
  if (offset === "Z") return offset;
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  return `${offset.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
