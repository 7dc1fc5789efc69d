import {
  CONTENT_CHANGED,
  contentDigest,
  isStaged,
  type KeptLedger,
  listDigest,
  readSend,
  readStagedSend,
  type SendResult,
} from "@volley/contract";
import { pastOfJob, pastOfNextLot } from "../job/past-of-job.ts";
import { storeData } from "../job/store-data.ts";
import { countEnded } from "../ledger/count-ended.ts";
import { countsOfLedger, resultOfKept } from "../ledger/result-of-ledger.ts";
import { type Begun, dropPlan, type PlanRecord, refuseOtherContent } from "../plan/plan-record.ts";
import { missingParts } from "../plan/planned-pages.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { pageCount, pageOf } from "../terms/parts-page.ts";
import { storePartResults, wholePart } from "./part-results.ts";
import { recordResult } from "./record-result.ts";
import { settlePlanned } from "./settle-planned.ts";

/** Why parts cannot be made any more. */
const NO_PART = "the job's data was changed before this part was on the queue; nobody knows any more who was in it";

/** Why nobody is left to send to. */
const NO_LOT = "the job's data was changed before everybody was sent to; nobody knows any more who was left";

/**
 * What a send comes to over whose data somebody has written something else since it was begun.
 *
 * @returns `null` where it is the same still, nothing was begun of it, or nothing of what was planned is on the queue: then
 *   what stands in the job now is sent
 * @throws UnrecoverableError where a send that was split had ended; its parts' IDs are used up
 */
export async function settleIfChanged(
  context: RegionContext,
  held: HeldJob,
  { record, kept }: Begun,
): Promise<SendResult | null> {
  if (record === null && kept === null) return null;
  const { data } = held.job;
  const read = isStaged(data) ? readStagedSend(data, context.now()) : readSend(data, context.now());
  if (record !== null && !(read.ok && contentDigest(read.send) === record.content)) {
    return settleChangedPlan(context, held, record);
  }
  const isChanged = kept !== null && !(read.ok && listDigest(read.send) === kept.subject.content);
  return isChanged ? settleChangedLots(context, held, kept) : null;
}

/**
 * The plan stands: the parts that are on the queue go out and are counted as they were planned, and what was written over it
 * is not sent. Parts that were not on the queue yet cannot be made any more, because their recipients are gone.
 */
async function settleChangedPlan(
  context: RegionContext,
  held: HeldJob,
  { plan }: PlanRecord,
): Promise<SendResult | null> {
  if (plan === null) return refuseOtherContent();
  const { parts } = plan.planned;
  const missing = await missingPages(context, held.id, parts);
  const count = missing.flat().length;
  if (count === parts) {
    await dropPlan(context, held);
    return null;
  }
  // Parts that Redis has forgotten may have been sent.
  const { kind } = await pastOfNextLot(context, held);
  const ending = { kind: kind === "clean" ? "rejected" : "unknown", code: CONTENT_CHANGED, text: NO_PART } as const;
  for (const page of missing) {
    const results = new Map(page.map((part) => [part, wholePart(context.region, plan.planned, part, ending)]));
    await storePartResults(context, held, results);
    for (const { recipients } of results.values()) countEnded(context, recipients);
  }
  await storeData(context, held, plan, { line: "its data was changed after it was planned: the plan stands" });
  context.log.warn({ region: context.region, jobId: held.id, missing: count }, "a planned send was changed");
  return settlePlanned(context, held, plan);
}

async function missingPages(context: RegionContext, id: string, parts: number): Promise<number[][]> {
  const missing: number[][] = [];
  for (let page = 0; page < pageCount(parts); page += 1) {
    missing.push(await missingParts(context, id, pageOf(parts, page)));
  }
  return missing;
}

/**
 * Of a send or part that was sent to some of its recipients, what was decided stands and is counted, and what was written
 * over it is not sent. Who was left nobody knows any more.
 */
async function settleChangedLots(context: RegionContext, held: HeldJob, kept: KeptLedger): Promise<SendResult> {
  const past = await pastOfJob(context, held);
  const ending = { kind: past.kind === "clean" ? "rejected" : "unknown", code: CONTENT_CHANGED, text: NO_LOT } as const;
  const result = resultOfKept(context.region, held.part ?? 0, kept, ending);
  context.log.warn({ region: context.region, jobId: held.id }, "a send was changed that had been sent to some");
  return recordResult(context, held, result, {
    message: {},
    line: "its data was changed: what was decided stands",
    counted: countsOfLedger(kept.ledger),
  });
}
