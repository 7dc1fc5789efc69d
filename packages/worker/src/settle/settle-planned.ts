import {
  addCounts,
  noRecipients,
  PART_FAILED,
  PART_REMOVED,
  type PlannedSend,
  type RecipientCounts,
  type SendResult,
  type SettledSend,
} from "@volley/contract";
import { WaitingChildrenError } from "bullmq";
import { countEnded } from "../ledger/count-ended.ts";
import { completePage, type Merged, mergePage, NO_PARTS, placed, resultOfMerged } from "./merge-results.ts";
import { readPartResults, storePartResults } from "./part-results.ts";
import { pagesOf } from "../terms/parts-page.ts";
import { recoverParts } from "./recover-parts.ts";
import { inWords, recordResult } from "./record-result.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settleRemoved } from "./settle-removed.ts";
import type { StageEnd } from "../job/store-data.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { unbegunKey } from "../plan/unbegun-parts.ts";

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
    ...(!isComplete && stageOf(planned)),
  });
  await context.redis.del(unbegunKey(context, held.id));
  return result;
}

function sumOf(results: readonly (readonly [number, SendResult])[]): RecipientCounts {
  return results.reduce((sum, [, { recipients }]) => addCounts(sum, recipients), noRecipients(0));
}

async function mergeParts(
  context: RegionContext,
  held: HeldJob,
  planned: PlannedSend["planned"],
): Promise<{ merged: Merged; isComplete: boolean }> {
  let merged = NO_PARTS;
  let isComplete = true;
  for (const page of pagesOf(planned.parts)) {
    const read = await readPartResults(context, held.id, page);
    const removed = await settleRemoved(context, held, planned, { ...read, page });
    const known = { ...read, ended: new Map([...read.ended, ...removed]) };
    const recovered = await recoverParts(context, held.id, page, known);
    const ended = new Map([...known.ended, ...recovered.results]);
    const results = completePage(context.region, planned, page, { ...read, ended });
    const made = [...results].filter(([part, result]) => result !== known.ended.get(part));
    await storePartResults(context, held, new Map(made));
    countEnded(context, sumOf([...results].filter(([part]) => !read.ended.has(part))), recovered.counted);
    isComplete &&= [...results.values()].every(({ errors }) => errors.every(({ code }) => !JOB_GONE.has(code)));
    merged = mergePage(
      merged,
      [...results].map(([part, result]) => placed(result, part, planned)),
    );
  }
  return { merged, isComplete };
}

/** What is said of parts whose recipients nothing but the stage knows. */
const JOB_GONE: ReadonlySet<string> = new Set([PART_FAILED, PART_REMOVED]);

/** Where those are whose part's job is gone. */
function stageOf({ stage, parameters }: PlannedSend["planned"]): Pick<SettledSend, "kept"> {
  return stage === undefined ? {} : { kept: { stage, ...(parameters && { parameters }) } };
}

/** Whoever is in a part that failed is known from the stage alone: it is kept as long as the result, to ask and retry. */
function stageEnd(
  { keepResults }: RegionContext,
  { stage }: PlannedSend["planned"],
  isComplete: boolean,
): StageEnd | null {
  if (stage === undefined) return null;
  return { id: stage, end: isComplete ? { kind: "drop" } : { kind: "keep", forMs: keepResults.age * 1_000 } };
}
