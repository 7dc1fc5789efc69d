import { LIMITS } from "../values/send-limits.ts";
import { PLACEHOLDER, placeholdersIn } from "../text/placeholders.ts";
import type { Parameters } from "../recipients/read-parameters.ts";
import type { Send } from "./send.ts";

/** The names that the provider takes (sinch-facts 3.5). */
const WIRE_NAME = new RegExp(`^[A-Za-z0-9_.-]{1,${LIMITS.wireKeyCharacters}}$`);

/** A text and its values, with the names that the provider takes. */
export type OnTheWire = { readonly body: Send["body"]; readonly parameters: Parameters };

/**
 * Writes a text and its values with names that the provider takes. One that is in another language, or too long for it, is
 * replaced by `v1`, `v2`, … in the order of their first mention, and never by one that the text has itself: two names never
 * become one.
 *
 * The text alone decides, so that every part, and every try of it, has the same names. Values for what does not stand in
 * the text go along where the provider takes their name and it is nobody else's.
 */
export function onTheWire(body: Send["body"], parameters: Parameters): OnTheWire {
  const names = wireNamesOf(placeholdersIn(body));
  const used = new Set(names.values());
  const isKept = (key: string): boolean => WIRE_NAME.test(key) && !used.has(key);
  return {
    body: withNames(body, names),
    parameters: new Map(
      [...parameters].flatMap(([key, values]) => {
        const name = names.get(key) ?? (isKept(key) ? key : undefined);
        return name === undefined ? [] : [[name, values] as const];
      }),
    ),
  };
}

function wireNamesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const fitting = new Set(names.filter((name) => WIRE_NAME.test(name)));
  let count = 0;
  const next = (): string => {
    count += 1;
    return fitting.has(`v${count}`) ? next() : `v${count}`;
  };
  return new Map(names.map((name) => [name, fitting.has(name) ? name : next()]));
}

function withNames(body: Send["body"], names: ReadonlyMap<string, string>): Send["body"] {
  if (names.size === 0) return body;
  const rewritten = (text: string): string =>
    text.replace(PLACEHOLDER, (_, name: string) => `\${${names.get(name) ?? name}}`);
  if (typeof body === "string") return rewritten(body);
  return { ...body, ...(body.message !== undefined && { message: rewritten(body.message) }) };
}
