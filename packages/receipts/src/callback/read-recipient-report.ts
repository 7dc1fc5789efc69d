import { readStatus } from "../terms/delivery-state.ts";
import type { Callback } from "./callback.ts";
import { codeOf, type Fields, idOf, recipientOf, textOf, timeOf } from "./fields.ts";

const DETAILS = [
  "operator_status_at",
  "applied_originator",
  "encoding",
  "number_of_message_parts",
  "operator",
  "status_message",
];

/** Longer ones are no detail. */
const MOST_CHARACTERS = 200;

export function readRecipientReport(fields: Fields): Callback {
  const [batchId, recipient] = [idOf(fields["batch_id"]), recipientOf(fields["recipient"])];
  const status = readStatus(textOf(fields["status"]) ?? "");
  if (batchId === null || recipient === null || status === null) return { kind: "unreadable" };
  return {
    kind: "recipient",
    batchId,
    recipient,
    state: { status, code: codeOf(fields["code"]) },
    at: timeOf(fields["at"]),
    reference: textOf(fields["client_reference"]),
    details: detailsOf(fields),
  };
}

function detailsOf(fields: Fields): Record<string, string | number> {
  const details: Record<string, string | number> = {};
  for (const name of DETAILS) {
    const value = fields[name];
    const isShort = typeof value === "string" && value.length <= MOST_CHARACTERS;
    if (isShort || (typeof value === "number" && Number.isFinite(value))) details[name] = value;
  }
  return details;
}
