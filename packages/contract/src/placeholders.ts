import type { Parameters } from "./read-parameters.ts";
import { isGroup } from "./recipient.ts";

/** How a placeholder stands in a text (sinch-facts 3.5): keys are case sensitive. */
export const PLACEHOLDER = /\$\{([A-Za-z0-9_.-]+)\}/g;

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
 * whoever has none is set aside before it comes to that.
 */
export function keysWithoutDefault(body: unknown, parameters: Parameters): string[] {
  return placeholdersIn(body).filter((key) => !parameters.get(key)?.has("default"));
}

/** Whether a recipient has a value for each of the keys; a group may have. */
export function hasValues(recipient: string, keys: readonly string[], parameters: Parameters): boolean {
  return keys.every((key) => parameters.get(key)?.has(recipient)) || isGroup(recipient);
}
