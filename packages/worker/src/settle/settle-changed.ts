import { CONTENT_CHANGED, noRecipients, type PlannedSend, type SendResult } from "@volley/contract";
import { countEnded } from "../ledger/count-ended.ts";
import { storePartResults } from "./part-results.ts";
import { pageCount, pageOf } from "../terms/parts-page.ts";
import { pastOfNextLot } from "../job/past-of-job.ts";
import { missingParts } from "../plan/planned-pages.ts";
import { dropPlan, type PlanRecord, refuseOtherContent } from "../plan/plan-record.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settlePlanned } from "./settle-planned.ts";
import { partSize } from "../plan/split-send.ts";
import { storeData } from "../job/store-data.ts";
import type { HeldJob } from "../terms/held-job.ts";

const TEXT = "the job's data was changed before this part was on the queue; nobody knows any more who was in it";

/**
 * Settles a send over whose data somebody has written something else while its parts were under way. The plan stands: the
 * parts that are on the queue go out and are counted as they were planned, and what was written over it is not sent. Parts
 * that were not on the queue yet cannot be made any more, because their recipients are gone.
 *
 * @returns `null` where nothing of the plan is on the queue: then what stands in the job now is sent
 * @throws UnrecoverableError where the send had ended; its parts' IDs are used up
 */
export async function settleChanged(
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
  const ending = kind === "clean" ? "rejected" : "unknown";
  for (const page of missing) {
    const results = page.map((part) => [part, missingPart(context.region, plan.planned, part, ending)] as const);
    await storePartResults(context, held, new Map(results));
    for (const [, { recipients }] of results) countEnded(context, recipients);
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

function missingPart(
  region: string,
  { requested, duplicate, rejected }: PlannedSend["planned"],
  part: number,
  ending: "rejected" | "unknown",
): SendResult {
  const recipients = partSize(requested - duplicate - rejected, part);
  return {
    state: ending,
    region,
    recipients: { ...noRecipients(recipients), [ending]: recipients },
    batches: [],
    refused: [],
    errors: [{ part, code: CONTENT_CHANGED, text: TEXT, recipients, state: ending }],
  };
}
