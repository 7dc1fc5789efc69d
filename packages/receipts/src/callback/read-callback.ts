import type { Callback } from "./callback.ts";
import { type Fields, isFields } from "./fields.ts";
import { readBatchReport } from "./read-batch-report.ts";
import { readInbound } from "./read-inbound.ts";
import { readRecipientReport } from "./read-recipient-report.ts";

const READERS: ReadonlyMap<unknown, (fields: Fields) => Callback> = new Map([
  ["recipient_delivery_report_sms", readRecipientReport],
  ["recipient_delivery_report_mms", readRecipientReport],
  ["delivery_report_sms", readBatchReport],
  ["delivery_report_mms", readBatchReport],
  ["mo_text", readInbound],
  ["mo_binary", readInbound],
  ["mo_media", readInbound],
]);

/**
 * Reads what the provider tells by itself, and what its lists of reports and inbounds hold, which is the same.
 *
 * @param value - parsed JSON, whatever it is
 */
export function readCallback(value: unknown): Callback {
  if (!isFields(value)) return { kind: "unknown" };
  return READERS.get(value["type"])?.(value) ?? { kind: "unknown" };
}
