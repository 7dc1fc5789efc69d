import { constraintViolation, invalidFormat, invalidJson } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** The fields of a JSON object whose values are not known yet. An explicit null counts as absent, as at Sinch. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, not an array and not null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses a field that is there and no boolean. The words are Sinch's. */
export function checkBoolean(fields: Fields, name: string): Refusal | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === "boolean") return undefined;
  return invalidFormat(`The format of parameter '${name}' is invalid; '${text(value)}' is not a valid boolean`);
}

/** Refuses a field that is there and no integer of the range. */
export function checkInteger(fields: Fields, name: string, min: number, max: number): Refusal | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    return invalidFormat(`The format of parameter '${name}' is invalid; '${text(value)}' is not a valid integer`);
  }
  if (value >= min && value <= max) return undefined;
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `between ${min} and ${max}`;
  return constraintViolation(`The parameter '${name}' must be ${range}.`);
}

/** Refuses a field that is there and no string, or longer than the limit in UTF-16 code units. */
export function checkText(fields: Fields, name: string, maxCharacters: number): Refusal | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "string") return invalidJson(`The parameter '${name}' must be a string.`);
  if (value.length <= maxCharacters) return undefined;
  return constraintViolation(`The parameter '${name}' must have at most ${maxCharacters} characters.`);
}

/** Refuses a field that is missing, no string, or longer than the limit. */
export function checkRequiredText(fields: Fields, name: string, maxCharacters: number): Refusal | undefined {
  return isAbsent(fields, name) ? missing(name) : checkText(fields, name, maxCharacters);
}

/** Refuses a field that is there and none of the values. */
export function checkOneOf(fields: Fields, name: string, values: readonly string[]): Refusal | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "string" && values.includes(value)) return undefined;
  return constraintViolation(`The parameter '${name}' must be one of ${values.join(", ")}; got '${text(value)}'.`);
}

/** Whether a field is missing or null. */
export function isAbsent(fields: Fields, name: string): boolean {
  return (fields[name] ?? undefined) === undefined;
}

/** The refusal of a missing field. */
export function missing(name: string): Refusal {
  return constraintViolation(`The parameter '${name}' is required.`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
