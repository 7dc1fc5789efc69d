import { normaliseRecipient, readTime } from "@volley/contract";

/** Those of the provider have 26 characters; control characters are in none. */
const ID = /^[\x20-\x7e]{1,128}$/;

/** As the provider writes times: whatever is another text when it is written so again is read with more care. */
const USUAL_TIME_CHARACTERS = 24;

/** Codes are three digits; the provider may add others. */
const LARGEST_CODE = 999_999;

/** A JSON object as it came: nothing is known of what its fields hold. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** @returns `null` where it is none */
export function idOf(value: unknown): string | null {
  return typeof value === "string" && ID.test(value) ? value : null;
}

/** A number, which old samples write as a text. @returns `null` where it is none that a code can be */
export function codeOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= LARGEST_CODE
    ? number
    : null;
}

/** @returns `null` where it is none */
export function timeOf(value: unknown): Date | null {
  if (typeof value !== "string") return null;
  if (value.length !== USUAL_TIME_CHARACTERS) return readTime(value);
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value ? time : readTime(value);
}

/** Digits, without the `+` that some samples have. @returns `null` where it is no number */
export function recipientOf(value: unknown): string | null {
  return typeof value === "string" ? normaliseRecipient(value) : null;
}
