import type { Inbound } from "./callback.ts";

/** What somebody has written: a text, or the words beside a picture. */
export function inboundText({ type, body }: Inbound["message"]): string {
  if (type === "mo_text") return typeof body === "string" ? body : "";
  if (typeof body !== "object" || body === null) return "";
  const { subject, message } = body as { readonly subject?: unknown; readonly message?: unknown };
  return [subject, message].filter((each) => typeof each === "string").join("\n");
}
