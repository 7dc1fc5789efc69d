import { keepsValues, type PlannedSend, type SendResult, type SettledSend } from "@volley/contract";
import { WaitingChildrenError } from "bullmq";
import { keptStage, type StageEnd } from "../job/store-data.ts";
import { unbegunKey } from "../region/part-keys.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { mergeParts } from "./merge-parts.ts";
import { resultOfMerged } from "./merge-results.ts";
import { inWords, recordResult } from "./record-result.ts";

/**
 * Settles a send whose parts are on the queue: waits while one of them is not done, else merges what they came to, page by
 * page.
 *
 * @throws `WaitingChildrenError` while parts are not done; BullMQ brings the job back when the last one is
 */
export async function settlePlanned(
  context: RegionContext,
  held: HeldJob,
  { message, planned }: PlannedSend,
): Promise<SendResult> {
  if (await held.job.moveToWaitingChildren(held.token)) throw new WaitingChildrenError();
  const { merged, isComplete } = await mergeParts(context, held, planned);
  const result = resultOfMerged(context.region, planned, merged);
  await recordResult(context, held, result, {
    message,
    line: `settled: ${inWords(result)} in ${planned.parts} parts`,
    counted: merged.counts,
    parts: planned.parts,
    stage: stageEnd(context, planned, isComplete),
    ...((!isComplete || keepsValues(message)) && stageOf(planned)),
  });
  await context.redis.del(unbegunKey(context, held.id));
  return result;
}

/** Where those are whose part's job is gone. */
function stageOf({ stage, parameters }: PlannedSend["planned"]): Pick<SettledSend, "kept"> {
  return stage === undefined ? {} : { kept: { stage, ...(parameters && { parameters }) } };
}

/** Whoever is in a part that failed is known from the stage alone. */
function stageEnd(context: RegionContext, { stage }: PlannedSend["planned"], isComplete: boolean): StageEnd | null {
  if (stage === undefined) return null;
  return isComplete ? { id: stage, end: { kind: "drop" } } : keptStage(context, stage);
}
