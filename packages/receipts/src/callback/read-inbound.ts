import { hash } from "node:crypto";
import type { Callback } from "./callback.ts";
import { type Fields, idOf, isFields, textOf, timeOf } from "./fields.ts";

const TEXTS = ["type", "from", "to", "udh", "received_at", "sent_at", "operator_id", "client_reference"];

/** An MMS has a handful of things in it. */
const MOST_MEDIA = 100;

/**
 * Reads a text, a binary or a media message. What of it is not as it should be is left out: it must not cost the rest. In the
 * place of such an ID stands a digest of the message, which may be a STOP and does not come again once it is refused.
 */
export function readInbound(fields: Fields): Callback {
  const message: Record<string, unknown> = {};
  for (const name of TEXTS) {
    // Some pages of the documentation call it `send_at`.
    const value = textOf(fields[name]) ?? (name === "sent_at" ? textOf(fields["send_at"]) : undefined);
    if (value !== undefined) message[name] = value;
  }
  const body = fields["body"];
  if (typeof body === "string") message["body"] = body;
  else if (isFields(body)) message["body"] = readMedia(body);
  const id = idOf(fields["id"]) ?? digestOf(fields["id"], message);
  if (id === null) return { kind: "unreadable" };
  return { kind: "inbound", id, message, at: timeOf(fields["received_at"]) };
}

/** The same for the same message. @returns `null` where nobody can say whom it is from */
function digestOf(id: unknown, message: Readonly<Record<string, unknown>>): string | null {
  if (message["from"] === undefined) return null;
  return `digest-${hash("sha256", JSON.stringify([id, message])).slice(0, 32)}`;
}

function readMedia(body: Fields): Record<string, unknown> {
  const [subject, message, media] = [textOf(body["subject"]), textOf(body["message"]), body["media"]];
  return {
    ...(subject !== undefined && { subject }),
    ...(message !== undefined && { message }),
    ...(Array.isArray(media) && { media: media.slice(0, MOST_MEDIA).filter(isFields).map(readMedium) }),
  };
}

/** A page of the documentation writes `contentType` and `UPLOADED`. */
function readMedium(medium: Fields): Record<string, string | number> {
  const [url, type] = [textOf(medium["url"]), textOf(medium["content_type"]) ?? textOf(medium["contentType"])];
  const [status, code] = [textOf(medium["status"]), medium["code"]];
  return {
    ...(url !== undefined && { url }),
    ...(type !== undefined && { content_type: type }),
    ...(status !== undefined && { status: status.toUpperCase() === "UPLOADED" ? "Uploaded" : status }),
    ...(typeof code === "number" && Number.isFinite(code) && { code }),
  };
}
