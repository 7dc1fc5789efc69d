import { normaliseRecipient, readTime } from "@volley/contract";

/** The longest ID that is taken for one. Those of the provider have 26 characters. */
const MOST_ID_CHARACTERS = 128;

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
  return typeof value === "string" && value !== "" && value.length <= MOST_ID_CHARACTERS ? value : null;
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
  return typeof value === "string" ? readTime(value) : null;
}

/** Digits, without the `+` that some samples have. @returns `null` where it is no number */
export function recipientOf(value: unknown): string | null {
  return typeof value === "string" ? normaliseRecipient(value) : null;
}
