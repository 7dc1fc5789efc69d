import { type SendResult, stageKey } from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import type { Past } from "../job/note.ts";
import { isFirstPickUp } from "../job/past-of-job.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { addParts } from "../plan/add-parts.ts";
import { beginPlan, refuseOtherContent } from "../plan/plan-record.ts";
import { countPage, missingParts, readPages, storePlan } from "../plan/planned-pages.ts";
import type { Plan } from "../plan/split-send.ts";
import { virtualTime } from "../plan/virtual-time.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settlePlanned } from "../settle/settle-planned.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { pageCount, pageOf } from "../terms/parts-page.ts";

/** A send that is being planned makes no request itself. */
const NOTHING_SENT: Past = { kind: "clean", tries: 0 };

/** How often in a row a page is planned again, should Redis forget some of it while it is. */
const MOST_SETBACKS = 5;

/**
 * Puts the parts of a large send on the queue, as children of its job, and lets the job wait for them. It goes page by page
 * and can be cut off anywhere: the job counts its pages (see `planned-pages.ts`), and whoever comes next goes on behind them.
 * Of a page, only those parts are added that are neither on the queue nor ended; a part's ID follows from the send's and its
 * index, so that even two planners at once add nothing twice. A part that fails does not fail the send.
 */
export async function planJob(context: RegionContext, held: HeldJob, plan: Plan): Promise<SendResult> {
  const { job, id } = held;
  const { message, planned } = plan;
  if (!(await beginPlan(context, held, plan))) return refuseOtherContent();
  // Once for the whole send, so that its parts stay in their order however long it is planned.
  const basePriority = await virtualTime(context);
  for (let setbacks = 0, page = await readPages(context, held); ;) {
    const isDone = page === pageCount(planned.parts);
    const isKept = isDone
      ? await storePlan(context, held, { message, planned })
      : await planPage(context, held, plan, { page, basePriority });
    if (isKept && isDone) break;
    setbacks = isKept ? 0 : setbacks + 1;
    if (setbacks === MOST_SETBACKS) throw new Error("Redis does not keep the parts of the send");
    page = isKept ? page + 1 : await readPages(context, held);
    // The pages that are left are for another process.
    if (context.isClosing()) await putBackUnsent(context, held, { past: NOTHING_SENT, code: "worker_stops" });
  }
  const { parts, requested, duplicate, rejected } = planned;
  await job.log(`planned ${parts} parts for ${requested - duplicate - rejected} recipients`);
  context.log.info({ region: context.region, jobId: id, parts, requested, duplicate, rejected }, "planned");
  return settlePlanned(context, held, { message, planned });
}

/** Whether planning was begun before and cut off: some of the parts may have been sent. */
export async function hasParts(context: RegionContext, { job, id }: HeldJob, parts: number): Promise<boolean> {
  if (isFirstPickUp(job)) return false;
  const page = pageOf(parts, 0);
  return (await missingParts(context, id, page)).length <= page.last - page.first;
}

/** @returns whether the page is on the queue and counted */
async function planPage(
  context: RegionContext,
  held: HeldJob,
  plan: Plan,
  { page, basePriority }: { readonly page: number; readonly basePriority: number },
): Promise<boolean> {
  const parts = pageOf(plan.planned.parts, page);
  const missing = await missingParts(context, held.id, parts);
  if (page === 0 && missing.length === parts.last + 1) await requireStage(context, plan);
  await addParts(context, held.job, plan, { missing, basePriority });
  return countPage(context, held, page, parts);
}

/**
 * Nothing of a stage is sent unless all of it is there: the half of a list that Redis still knows is not what the caller
 * has asked for. Later, pieces that were sent are gone from it.
 */
async function requireStage(context: RegionContext, { planned }: Plan): Promise<void> {
  if (planned.stage === undefined) return;
  const pieces = await context.redis.hlen(stageKey(context.prefix, planned.stage));
  if (pieces === planned.parts) return;
  throw new UnrecoverableError(
    `stage ${planned.stage}: expected ${planned.parts} pieces, got ${pieces}; nothing is sent`,
  );
}
