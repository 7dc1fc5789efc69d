import { CONTENT_CHANGED, type KeptLedger, type SendResult } from "@volley/contract";
import { pastOfJob } from "../job/past-of-job.ts";
import { recordResult } from "./record-result.ts";
import type { RegionContext } from "../region/region-context.ts";
import { countsOfLedger, resultOfKept } from "../ledger/result-of-ledger.ts";
import type { HeldJob } from "../terms/held-job.ts";

const TEXT = "the job's data was changed before everybody was sent to; nobody knows any more who was left";

/**
 * Settles a send or part that was sent to some of its recipients when somebody wrote something else over its data. What was
 * decided stands and is counted, and what was written over it is not sent. Who was left nobody knows any more.
 */
export async function settleChangedLots(context: RegionContext, held: HeldJob, kept: KeptLedger): Promise<SendResult> {
  const past = await pastOfJob(context, held);
  const kind = past.kind === "clean" ? "rejected" : "unknown";
  const ending = { kind, code: CONTENT_CHANGED, text: TEXT } as const;
  const result = resultOfKept(context.region, held.part ?? 0, kept, ending);
  context.log.warn({ region: context.region, jobId: held.id }, "a send was changed that had been sent to some");
  return recordResult(context, held, result, {
    message: {},
    line: "its data was changed: what was decided stands",
    counted: countsOfLedger(kept.ledger),
  });
}
