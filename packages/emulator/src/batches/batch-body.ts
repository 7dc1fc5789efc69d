import { formatInstant } from "../instant.ts";
import type { Batch } from "./batch.ts";
import { wireSender } from "./check-sender.ts";
import type { Fields } from "./fields.ts";

/**
 * A batch as Sinch shows it: the fields of the request with defaults filled in, nulls left out, numbers without `+`.
 *
 * `parameters` keeps its keys exactly as they were sent, as seen in the fixtures of Sinch's Node SDK.
 */
export function batchBody(batch: Batch, fields: Fields, recipients: readonly string[]): Fields {
  const body: Record<string, unknown> = { id: batch.id };
  for (const name of Object.keys(fields)) {
    if (fields[name] !== null) body[name] = fields[name];
  }
  body["to"] = recipients;
  if (batch.from !== undefined) body["from"] = wireSender(batch.from);
  body["canceled"] = batch.canceled;
  body["created_at"] = formatInstant(batch.acceptedAtMs);
  body["modified_at"] = formatInstant(batch.modifiedAtMs);
  body["type"] ??= "mt_text";
  body["delivery_report"] ??= "none";
  if (batch.sendAtMs !== undefined) body["send_at"] = formatInstant(batch.sendAtMs);
  body["expire_at"] = formatInstant(batch.expireAtMs);
  if (body["type"] === "mt_text") body["flash_message"] ??= false;
  body["feedback_enabled"] ??= false;
  return body;
}
