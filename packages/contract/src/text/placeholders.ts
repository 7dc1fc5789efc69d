import type { Parameters } from "../recipients/read-parameters.ts";
import { isGroup } from "../recipients/recipient.ts";

/**
 * How a placeholder stands in a text. Its name may be in any language and have blanks in it, but not around it; upper and
 * lower case differ. The provider's own names are fewer: see `onTheWire`.
 */
export const PLACEHOLDER = /\$\{\s*([^\s{}\r\n](?:[^{}\r\n]*[^\s{}\r\n])?)\s*\}/g;

/** The name of a placeholder, as a pattern for those who write keys of `parameters`. */
export const PLACEHOLDER_NAME = /^[^\s{}\r\n](?:[^{}\r\n]*[^\s{}\r\n])?$/;

/**
 * The keys of the placeholders in a message's text, each one once.
 *
 * @param body - of a text or media send; anything else has none
 */
export function placeholdersIn(body: unknown): string[] {
  const text: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "message") : body;
  if (typeof text !== "string" || !text.includes("${")) return [];
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, key = ""]) => key))];
}

/**
 * The placeholders for which every recipient needs a value of their own: those without a default.
 *
 * Sinch takes a batch in which somebody has neither, and fails that recipient alone, later and at a price (code 405), so
 * whoever has none is rejected before it comes to that.
 */
export function keysWithoutDefault(body: unknown, parameters: Parameters): string[] {
  return placeholdersIn(body).filter((key) => !parameters.get(key)?.has("default"));
}

/** Whether a recipient has a value for each of the keys; a group may have. */
export function hasValues(recipient: string, keys: readonly string[], parameters: Parameters): boolean {
  return keys.every((key) => parameters.get(key)?.has(recipient)) || isGroup(recipient);
}
