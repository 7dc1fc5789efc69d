import { parametersFor, type ReadySend, type SendResult } from "@volley/contract";
import { closeAll, type Ending, openLedger } from "../ledger/ledger.ts";
import { recordResult } from "./record-result.ts";
import type { RegionContext } from "../region/region-context.ts";
import { resultOfLedger, unsentOf } from "../ledger/result-of-ledger.ts";
import type { HeldJob } from "../job/store-data.ts";

/** Settles a whole send of which nothing was sent and nothing will be: it came too late, or was canceled. */
export async function settleUnsent(
  context: RegionContext,
  held: HeldJob,
  send: ReadySend,
  ending: Exclude<Ending, { kind: "accepted" }>,
): Promise<SendResult> {
  const ledger = closeAll(openLedger(send.recipients.accepted), ending);
  const unsent = unsentOf(ledger);
  const parameters = parametersFor(send.parameters, send.recipients.accepted);
  return recordResult(context, held, resultOfLedger(context.region, 0, send.recipients, ledger), {
    message: send.message,
    original: held.job.data,
    line: `${ending.kind} before any of it was sent`,
    ...(unsent && { unsent: { ...unsent, ...(parameters && { parameters }) } }),
  });
}
