import type { Inbound } from "./callback.ts";

/** Nothing that no text has: whatever has it is taken for no text. */
const TEXT = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]+$/u;

const UTF_8 = new TextDecoder("utf-8", { fatal: true });
const UCS_2 = new TextDecoder("utf-16be", { fatal: true });

/** What somebody has written: a text, the words beside a picture, or what a binary message without a header spells. */
export function inboundText({ type, body, udh }: Inbound["message"]): string {
  if (type === "mo_text") return typeof body === "string" ? body : "";
  if (type === "mo_binary") return typeof body === "string" && (udh ?? "") === "" ? spelled(body) : "";
  if (typeof body !== "object" || body === null) return "";
  const { subject, message } = body as { readonly subject?: unknown; readonly message?: unknown };
  return [subject, message].filter((each) => typeof each === "string").join("\n");
}

/** The provider does not say how it is written: 8 bits to a letter, or 16. */
function spelled(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return [UTF_8, UCS_2].map((decoder) => decoded(decoder, bytes)).find((text) => TEXT.test(text)) ?? "";
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return "";
  }
}
