import type { Batch } from "../batches/batch.ts";
import { wireSender } from "../values/check-sender.ts";
import { formatInstant } from "../values/instant.ts";
import { stateAt } from "./fate.ts";
import type { DeliveryState, Fate } from "./fate.ts";
import { isFinal } from "../values/outcome.ts";

/** Which messages a report is about. */
export interface StateFilter {
  /** In lower case. */
  readonly statuses: ReadonlySet<string> | undefined;
  readonly codes: ReadonlySet<number> | undefined;
}

/** A report leaves the seconds of the network out, as the receipts of many networks do. */
const MINUTE_MS = 60_000;

/** Codes below this one are the network's. */
const FIRST_OWN_CODE = 400;

/** Whether a message in this state is asked for. */
export function isAskedFor({ status, code }: DeliveryState, { statuses, codes }: StateFilter): boolean {
  return (statuses === undefined || statuses.has(status.toLowerCase())) && (codes === undefined || codes.has(code));
}

/**
 * The report on a batch: how many messages are in which state, with `full` also whose.
 *
 * `total_message_count` counts all messages, also those that a filter leaves out (not published).
 */
export function batchReport(
  batch: Batch,
  fates: readonly Fate[],
  nowMs: number,
  { isFull, filter }: { readonly isFull: boolean; readonly filter: StateFilter },
): Readonly<Record<string, unknown>> {
  const groups = new Map<string, { code: number; status: string; count: number; recipients: string[] }>();
  for (const fate of fates) {
    const state = stateAt(fate, nowMs);
    if (state === undefined || !isAskedFor(state, filter)) continue;
    const name = `${state.code} ${state.status}`;
    const group = groups.get(name) ?? { code: state.code, status: state.status, count: 0, recipients: [] };
    group.count += 1;
    group.recipients.push(String(fate.number));
    groups.set(name, group);
  }
  const statuses = [...groups.values()]
    .toSorted((one, other) => one.code - other.code)
    .map(({ recipients, ...counted }) => (isFull ? { ...counted, recipients } : counted));
  const { clientReference } = batch.content;
  return {
    type: `delivery_report_${channelOf(batch)}`,
    batch_id: batch.id,
    total_message_count: fates.length,
    statuses,
    ...(clientReference === undefined ? {} : { client_reference: clientReference }),
  };
}

/** The report on one message. */
export function recipientReport(batch: Batch, fate: Fate, state: DeliveryState): Readonly<Record<string, unknown>> {
  const { clientReference } = batch.content;
  const isFromNetwork = isFinal(state.status) && state.code < FIRST_OWN_CODE;
  return {
    type: `recipient_delivery_report_${channelOf(batch)}`,
    batch_id: batch.id,
    recipient: String(fate.number),
    code: state.code,
    status: state.status,
    at: formatInstant(state.atMs),
    ...(isFromNetwork ? { operator_status_at: formatInstant(Math.floor(state.atMs / MINUTE_MS) * MINUTE_MS) } : {}),
    ...(clientReference === undefined ? {} : { client_reference: clientReference }),
    ...(fate.originator === undefined ? {} : { applied_originator: wireSender(fate.originator) }),
    ...(fate.segments === undefined ? {} : { number_of_message_parts: fate.segments }),
  };
}

function channelOf({ content }: Batch): "sms" | "mms" {
  return content.isMedia ? "mms" : "sms";
}
