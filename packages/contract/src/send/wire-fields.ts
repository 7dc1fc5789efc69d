import type { ReadySend } from "./read-send.ts";

/** Fields that the provider does not know, or that every batch gets anew. */
type OwnFields =
  "v" | "priority" | "client_reference" | "send_at" | "expire_at" | "content_digest" | "retry_codes" | "label" | "body";

/**
 * What of a message every batch has alike, in the provider's names: its own options, and what the send says in their place.
 * The body is left out, whose placeholders get names of their own on the wire.
 */
export function wireFields(
  message: ReadySend["message"],
): Omit<ReadySend["message"], OwnFields | "options"> & Record<string, unknown> {
  const {
    v: _v,
    priority: _priority,
    options,
    client_reference: _reference,
    send_at: _sendAt,
    expire_at: _expireAt,
    content_digest: _digest,
    retry_codes: _codes,
    label: _label,
    body: _body,
    ...fields
  } = message;
  return { ...options, type: "mt_text", ...fields };
}
