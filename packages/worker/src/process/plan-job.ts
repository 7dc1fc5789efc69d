import { JOB_NAME, partId, regionOfSendId, type SendResult, stageKey } from "@volley/contract";
import { type Job, type JobsOptions, UnrecoverableError } from "bullmq";
import pLimit from "p-limit";
import type { Past } from "../job/note.ts";
import { isFirstPickUp } from "../job/first-pick-up.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { pageCount, pageOf } from "../terms/parts-page.ts";
import type { Plan } from "../plan/split-send.ts";
import { beginPlan, refuseOtherContent } from "../plan/plan-record.ts";
import { advanceMarker, missingParts, readMarker } from "../plan/plan-marker.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settlePlanned } from "../settle/settle-planned.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { storePlan } from "../plan/store-plan.ts";
import { virtualTime } from "../plan/virtual-time.ts";

/**
 * Parts that are added at once. Adds that overlap are 1.5 times as fast as one `addBulk` of the same jobs, and no single
 * call keeps Redis busy for long (design measurements, B1).
 */
const ADDS_AT_ONCE = 16;

/** A send that is being planned makes no request itself. */
const NOTHING_SENT: Past = { kind: "clean", tries: 0 };

/** How often in a row a page is planned again, should Redis forget some of it while it is. */
const MOST_SETBACKS = 5;

/** BullMQ's lowest priority; the parts of longer sends than this share it. */
const LOWEST_PRIORITY = 2_097_151;

/**
 * Puts the parts of a large send on the queue, as children of its job, and lets the job wait for them.
 *
 * It goes page by page and can be cut off anywhere: a marker in the job says how many pages are on the queue, and whoever
 * comes next goes on there. Of the page at the marker, only those parts are added that are neither on the queue nor ended;
 * a part's ID follows from the send's and its index, so that even two planners at once add nothing twice. Only when the
 * marker has come to the end does the job's data lose its recipients. A part that fails does not fail the send.
 *
 * Redis may forget its last second in the middle of all this (an append-only file that is synced once a second, or a
 * replica that takes over) and come back between two commands. What survives is always a prefix of the writes:
 *
 * - The marker is moved from k to k + 1 in one step with the look that all parts of page k are there. So in every prefix
 *   that has a marker of m, all parts of the m pages before it were written earlier, and are there or have ended.
 * - A planner that goes on after Redis has forgotten the step to k + 1 finds, at the end of the next page, another marker
 *   than the one it left. It falls back to the marker that survived and plans again from there. It could not go on
 *   unnoticed: no step but this one moves the marker, and each only from the page before.
 * - The plan replaces the data only in one step with the look that the marker is at the end. Forgotten, it leaves the
 *   recipients (or the name of their stage) in the data and a marker to begin from.
 */
export async function planJob(context: RegionContext, held: HeldJob, plan: Plan): Promise<SendResult> {
  const { job, id } = held;
  const { message, planned } = plan;
  if (!(await beginPlan(context, held, plan))) return refuseOtherContent();
  // Once for the whole send, so that its parts stay in their order however long it is planned.
  const basePriority = await virtualTime(context);
  for (let setbacks = 0, page = await readMarker(context, held); ;) {
    const isDone = page === pageCount(planned.parts);
    const isKept = isDone
      ? await storePlan(context, held, { message, planned })
      : await planPage(context, held, plan, { page, basePriority });
    if (isKept && isDone) break;
    setbacks = isKept ? 0 : setbacks + 1;
    if (setbacks === MOST_SETBACKS) throw new Error("Redis does not keep the parts of the send");
    page = isKept ? page + 1 : await readMarker(context, held);
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

/** @returns whether the page is on the queue and the marker behind it */
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
  return advanceMarker(context, held, page, parts);
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

async function addParts(
  { queue }: RegionContext,
  parent: Job,
  plan: Plan,
  { missing, basePriority }: { readonly missing: readonly number[]; readonly basePriority: number },
): Promise<void> {
  const limit = pLimit(ADDS_AT_ONCE);
  // The references of parts are told apart by what the whole send brings: its people may come in another order the next
  // time. An ID of ours stands for one content.
  const content = regionOfSendId(String(parent.id)) === null ? { content_digest: plan.content } : {};
  // The one that is put in front last is taken first.
  const parts = plan.isUrgent ? missing.toReversed() : missing;
  await limit.map(parts, async (part) =>
    queue.add(
      JOB_NAME,
      { ...plan.partOf(part), ...content },
      {
        jobId: partId(String(parent.id), part),
        parent: { id: String(parent.id), queue: parent.queueQualifiedName },
        ignoreDependencyOnFailure: true,
        ...placeOf(plan, basePriority + part),
        // A part that Redis forgot together with its request is added again: it must be as old as it was, or it would look
        // fresh and be sent without asking; and its reference may be made from its time.
        timestamp: parent.timestamp,
      },
    ),
  );
}

/** Parts of an urgent send go before everything that waits; those of others wait longer the later they come in it. */
function placeOf({ isUrgent }: Plan, priority: number): Pick<JobsOptions, "lifo" | "priority"> {
  return isUrgent ? { lifo: true } : { priority: Math.min(priority, LOWEST_PRIORITY) };
}
