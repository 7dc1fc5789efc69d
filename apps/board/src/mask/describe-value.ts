import { shownName } from "@volley/contract";

/** An object as it came out of JSON. */
export type JsonObject = Record<string, unknown>;

/** Numbers of four digits are shown: tries, lengths, ports. One of five may be a short code. */
const SMALLEST_HIDDEN = 10_000;

const MAX_DEPTH = 4;

/** Whether a value is an object, and neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Says what a value of unknown meaning is, without saying it: a text only by its length, a list only by its length, an
 * object by its keys.
 */
export function describeValue(value: unknown, depth = MAX_DEPTH): unknown {
  if (typeof value === "string") return `text of ${inWords(value.length, "character")}`;
  if (typeof value === "number") return Math.abs(value) < SMALLEST_HIDDEN ? value : "a long number";
  if (Array.isArray(value)) return `list of ${inWords(value.length, "entry", "entries")}`;
  if (!isJsonObject(value)) return value;
  if (depth === 0) return "an object";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [shownName(key), describeValue(inner, depth - 1)]),
  );
}

/** A number and its noun, for example `2,500 recipients`. */
export function inWords(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? noun : plural}`;
}
