import { JOB_NAME, partId, type PlannedSend, type ReadySend, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import pLimit from "p-limit";
import { partIndexOfKey } from "./own-part.ts";
import type { RegionContext } from "./region-context.ts";
import { settlePlanned } from "./settle-planned.ts";
import { partCount, partOfSend } from "./split-send.ts";
import { storePlan } from "./store-plan.ts";

/** A send that was read, and when it expires. */
export type Planning = { readonly send: ReadySend; readonly expireAt: Date };

/**
 * Parts that are added at once. Adds that overlap are 1.5 times as fast as one `addBulk` of the same jobs, and no single
 * call keeps Redis busy for long (design measurements, B1).
 */
const ADDS_AT_ONCE = 16;

/** How often the parts of one send are added, should Redis forget some of them while they are. */
const MOST_ADDS = 5;

/** Skipped entries whose indexes are kept, so that a refused recipient can be told by its place in the caller's list. */
const MOST_SKIPPED = 10_000;

/** BullMQ's lowest priority; the parts of longer sends than this share it. */
const LOWEST_PRIORITY = 2_097_152;

/**
 * Puts the parts of a large send on the queue, as children of its job, and lets the job wait for them.
 *
 * It can be cut off anywhere and done again: a part's ID follows from the send's ID and its index, so that a part that
 * is on the queue is not added twice, and parts that have ended meanwhile are left alone. Only when all are there does
 * the job's data lose its recipients. A part that fails does not fail the send: the send settles with what came of it.
 */
export async function planJob(
  context: RegionContext,
  job: Job,
  token: string,
  planning: Planning,
): Promise<SendResult> {
  const { send } = planning;
  const parts = partCount(send.recipients.accepted.length);
  const { requested, duplicate, rejected, refused, skipped } = send.recipients;
  const planned: PlannedSend = {
    message: send.message as PlannedSend["message"],
    planned: { parts, requested, duplicate, rejected, refused: [...refused], skipped: keptIndexes(skipped) },
  };
  for (let added = 1; ; added += 1) {
    await addParts(context, job, planning);
    if (await storePlan(context, { job, token }, planned)) break;
    if (added === MOST_ADDS) throw new Error("Redis does not keep the parts of the send");
  }
  await job.log(`planned ${parts} parts for ${send.recipients.accepted.length} recipients`);
  context.log.info({ region: context.region, jobId: job.id, parts, requested, duplicate, rejected }, "planned");
  return settlePlanned(context, job, token, planned);
}

/** A list that is mostly duplicates would make the send's data as large as its recipients were. */
function keptIndexes(skipped: readonly number[]): number[] {
  return skipped.length > MOST_SKIPPED ? [] : [...skipped];
}

async function addParts(context: RegionContext, job: Job, { send, expireAt }: Planning): Promise<void> {
  const ended = await endedParts(job);
  const limit = pLimit(ADDS_AT_ONCE);
  await limit.map(
    Array.from({ length: partCount(send.recipients.accepted.length) }, (_, part) => part).filter(
      (part) => !ended.has(part),
    ),
    async (part) => addPart(context, job, part, partOfSend(send, expireAt, part)),
  );
}

async function addPart({ queue }: RegionContext, parent: Job, part: number, data: unknown): Promise<void> {
  await queue.add(JOB_NAME, data, {
    jobId: partId(String(parent.id), part),
    parent: { id: String(parent.id), queue: parent.queueQualifiedName },
    ignoreDependencyOnFailure: true,
    priority: Math.min(part + 1, LOWEST_PRIORITY),
    // A part that Redis forgot together with its request is added again: it must be as old as it was, or it would look
    // fresh and be sent without asking; and its reference may be made from its time.
    timestamp: parent.timestamp,
  });
}

/** Whether planning was begun before and cut off: some of the parts may have been sent. */
export async function hasParts(job: Job): Promise<boolean> {
  if (job.attemptsStarted <= 1) return false;
  const { processed = {}, unprocessed = [], ignored = {}, failed = [] } = await job.getDependencies();
  const keys = [...Object.keys(processed), ...unprocessed, ...Object.keys(ignored), ...failed];
  return keys.some((key) => partIndexOfKey(job, key) !== null);
}

/** Parts that ended before planning was cut off. Adding one again would wait for it for ever, or send it again. */
async function endedParts(job: Job): Promise<Set<number>> {
  const { processed = {}, ignored = {} } = await job.getDependencies();
  const parts = [...Object.keys(processed), ...Object.keys(ignored)].map((key) => partIndexOfKey(job, key));
  return new Set(parts.filter((part) => part !== null));
}
