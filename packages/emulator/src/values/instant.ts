const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Reads a time as Sinch does: ISO 8601 with any offset; without one it is UTC; a bare date is its midnight.
 *
 * @returns milliseconds since 1970, or NaN when the text is no such time
 */
export function parseInstant(text: string): number {
  const match = ISO_8601.exec(text);
  if (match === null) return NaN;
  const [, date, time = "00:00", offset = "Z"] = match;
  return Date.parse(`${date}T${time}${offsetWithMinutes(offset)}`);
}

/** A time as Sinch writes it: UTC with milliseconds. */
export function formatInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function offsetWithMinutes(offset: string): string {
  if (offset === "z" || offset === "Z") return "Z";
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  return `${offset.slice(0, 1)}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
