import { readStatus } from "../terms/delivery-state.ts";
import type { BatchReport, Callback } from "./callback.ts";
import { codeOf, type Fields, idOf, isFields, recipientOf, textOf } from "./fields.ts";

/** A batch has 1,000 recipients, or those of the groups that it is to. */
const LARGEST_COUNT = 100_000_000;

/** One entry for each code that a message has: there are some 200 of them. */
const MOST_STATES = 1_000;

type Counted = BatchReport["states"][number];

export function readBatchReport(fields: Fields): Callback {
  const batchId = idOf(fields["batch_id"]);
  const listed = fields["statuses"] ?? [];
  if (batchId === null || !Array.isArray(listed) || listed.length > MOST_STATES) return { kind: "unreadable" };
  const states = listed.map((entry) => readState(entry));
  if (!states.every((state) => state !== null)) return { kind: "unreadable" };
  return { kind: "batch", batchId, reference: textOf(fields["client_reference"]), states };
}

function readState(entry: unknown): Counted | null {
  if (!isFields(entry)) return null;
  const status = readStatus(textOf(entry["status"]) ?? "");
  const recipients = readRecipients(entry["recipients"]);
  const count = Number(entry["count"] ?? recipients?.length);
  if (status === null || !Number.isInteger(count) || count < 0 || count > LARGEST_COUNT) return null;
  const isComplete = recipients !== null && recipients.length >= count;
  return { state: { status, code: codeOf(entry["code"]) }, count, recipients: isComplete ? recipients : null };
}

function readRecipients(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const recipients = value.map((entry) => recipientOf(entry));
  return recipients.every((recipient) => recipient !== null) ? recipients : null;
}
