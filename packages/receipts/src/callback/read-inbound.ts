import type { Callback } from "./callback.ts";
import { type Fields, idOf, isFields, textOf, timeOf } from "./fields.ts";

const TEXTS = ["type", "from", "to", "udh", "received_at", "sent_at", "operator_id", "client_reference"];

/** An MMS has a handful of things in it. */
const MOST_MEDIA = 100;

/** Reads a text, a binary or a media message. What of it is not as it should be is left out: it must not cost the rest. */
export function readInbound(fields: Fields): Callback {
  const id = idOf(fields["id"]);
  if (id === null) return { kind: "unreadable" };
  const message: Record<string, unknown> = {};
  for (const name of TEXTS) {
    // Some pages of the documentation call it `send_at`.
    const value = textOf(fields[name]) ?? (name === "sent_at" ? textOf(fields["send_at"]) : undefined);
    if (value !== undefined) message[name] = value;
  }
  const body = fields["body"];
  if (typeof body === "string") message["body"] = body;
  else if (isFields(body)) message["body"] = readMedia(body);
  return { kind: "inbound", id, message, at: timeOf(fields["received_at"]) };
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
