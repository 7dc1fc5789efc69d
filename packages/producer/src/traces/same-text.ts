import { createHash } from "node:crypto";
import { PLACEHOLDER, placeholdersIn } from "@volley/contract";

/** A text as it is compared with others: whoever gets it, whenever, in whichever region. */
export type SameText = {
  /** Equal for texts that are the same but for what is a recipient's own. Nobody can read the text from it. */
  readonly id: string;
  /** Whose values are a recipient's own, in the order of their first mention. */
  readonly placeholders: readonly string[];
};

/** A sender that is a number, with what people write between its digits. */
const NUMBER = /^\+?[\d\s\-()]+$/;

/**
 * Tells which text a message is: its type, its sender, and what stands on the phone. How it is delivered makes no other
 * text of it: times, reports, references, flash.
 *
 * Placeholders count by their place and not by their name: in a file whose column was renamed, and the text with it,
 * everybody gets the same words.
 *
 * @param message - a send without its recipients, as it was given
 */
export function sameTextOf(message: object): SameText {
  const { from, body, options, ...rest }: Readonly<Record<string, unknown>> = { ...message };
  const type = rest["type"] ?? "mt_text";
  const placeholders = type === "mt_binary" ? [] : placeholdersIn(body);
  const sender = typeof from === "string" && NUMBER.test(from) ? from.replaceAll(/\D/g, "") : (from ?? null);
  const text = withoutNames(body, placeholders);
  // The header of a binary message is a part of what the phone makes of it.
  const content = JSON.stringify([type, sender, text, Reflect.get(Object(options), "udh") ?? null]);
  return { id: createHash("sha256").update(content).digest("base64url").slice(0, ID_CHARACTERS), placeholders };
}

/** 132 bits, beyond any chance of two texts sharing one. */
const ID_CHARACTERS = 22;

/** The body with its placeholders by number, and its fields in one order. */
function withoutNames(body: unknown, placeholders: readonly string[]): unknown {
  // Text and names take turns, so that no text can pass for a name.
  const numbered = (text: unknown): unknown =>
    typeof text === "string"
      ? text.split(PLACEHOLDER).map((part, index) => (index % 2 === 0 ? part : placeholders.indexOf(part)))
      : null;
  if (typeof body !== "object" || body === null) return numbered(body);
  const { url, message, subject }: Readonly<Record<string, unknown>> = { ...body };
  return [url ?? null, numbered(message), subject ?? null];
}
