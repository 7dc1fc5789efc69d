import { formatInstant } from "../values/instant.ts";
import type { Batch } from "./batch.ts";
import { wireSender } from "../values/check-sender.ts";
import type { Fields } from "../values/fields.ts";
import { readRequest } from "./kept-request.ts";

/** A batch as Sinch shows it, from what was kept of its request. */
export function shownBatch(batch: Batch): Fields {
  const { fields, recipients } = readRequest(batch.content.request);
  return batchBody(batch, fields, recipients.wire);
}

/**
 * A batch as Sinch shows it: the fields of the request with defaults filled in, numbers without `+`.
 *
 * `parameters` keeps its keys exactly as they were sent, as seen in the fixtures of Sinch's Node SDK.
 */
export function batchBody(batch: Batch, fields: Fields, recipients: readonly string[]): Fields {
  const { from, sendAtMs, expireAtMs } = batch.content;
  // The ID is the provider's, and so is what follows: a request may hold fields of the same names.
  const { id: _id, ...sent } = fields;
  const body: Record<string, unknown> = { id: batch.id, ...sent, to: recipients };
  if (from !== undefined) body["from"] = wireSender(from);
  body["canceled"] = batch.canceled;
  body["created_at"] = formatInstant(batch.acceptedAtMs);
  body["modified_at"] = formatInstant(batch.modifiedAtMs);
  body["type"] ??= "mt_text";
  body["delivery_report"] ??= "none";
  if (sendAtMs !== undefined) body["send_at"] = formatInstant(sendAtMs);
  body["expire_at"] = formatInstant(expireAtMs);
  if (body["type"] === "mt_text") body["flash_message"] ??= false;
  body["feedback_enabled"] ??= false;
  return body;
}
