import { type KeptLedger, parametersFor, type ReadySend, type SendResult, stateOfSend } from "@volley/contract";
import type { StageEnd } from "../job/store-data.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { countsOfLedger, resultOfLedger, unsentOf } from "../ledger/result-of-ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { recordResult } from "./record-result.ts";

/** What is settled. */
type Settled = { readonly send: ReadySend; readonly stage: StageEnd | null; readonly isGone: boolean };

/** How far it is, and what of that was kept. */
type Progress = { readonly ledger: Ledger; readonly kept: KeptLedger | null };

/** Settles a send or part of which no lot is pending. */
export async function settleLots(
  context: RegionContext,
  held: HeldJob,
  { send, stage, isGone }: Settled,
  { ledger, kept }: Progress,
): Promise<SendResult> {
  const own = resultOfLedger(context.region, held.part ?? 0, send.recipients, ledger);
  const result = held.part === null ? { ...own, state: stateOfSend(own.state, own.recipients) } : own;
  // Who they were nobody knows.
  const unsent = isGone ? null : unsentOf(ledger);
  const { accepted } = send.recipients;
  const parameters = unsent && parametersFor(send.parameters, [...unsent.certain, ...unsent.unknown], accepted);
  return recordResult(context, held, result, {
    message: send.message,
    original: held.job.data,
    stage,
    line: lineOf(ledger, result),
    ...(kept && { counted: countsOfLedger(kept.ledger) }),
    ...(unsent && { unsent: { ...unsent, ...(parameters && { parameters }) } }),
  });
}

/** Batches that a line of a log names; the result names all. */
const MOST_NAMED = 10;

/** What happened, for whoever reads the job's log. */
function lineOf({ batches, failures, rejected, suppressed }: Ledger, { recipients }: SendResult): string {
  const accepted = batches.slice(0, MOST_NAMED).map(({ id, adopted, recipients: count }) => {
    return `batch ${id} ${adopted ? "found at the provider" : "accepted"}, ${count} recipients`;
  });
  const more = batches.length - accepted.length;
  const failed = failures.map(
    ({ ending, code, recipients: { length } }) => `${ending} (${code}), ${length} recipients`,
  );
  const optedOut = suppressed.flat().length;
  const codes = [...new Set(rejected.map(({ code }) => code))].join(", ");
  const lines = [
    ...accepted,
    ...(more > 0 ? [`${more} batches more`] : []),
    ...failed,
    ...(rejected.length > 0 ? [`rejected (${codes}), ${rejected.length} recipients`] : []),
    ...(optedOut > 0 ? [`left out (opted_out), ${optedOut} recipients`] : []),
  ];
  return lines.length > 0 ? lines.join("; ") : `nobody to send to, ${recipients.requested} requested`;
}
