import type { Job } from "bullmq";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { type Past, pastOf, type PickUp, readNote } from "./note.ts";

/** What may have happened to a job before this pick-up. While Redis is away it waits: the answer is not known before. */
export async function pastOfJob(context: RegionContext, held: HeldJob): Promise<Past> {
  const { job, taken } = held;
  const own = { isFirst: isFirstPickUp(job), pickup: job.attemptsStarted, note: readNote(job.progress), taken };
  return recall(context, held, own);
}

/**
 * What may have happened to a lot that comes after another one of the same job. A note, or the lack of one, was about
 * the lot that is closed now: lots are sent one after the other and each answer is kept before the next. Only
 * what Redis may have forgotten is about all of them.
 */
export async function pastOfNextLot(context: RegionContext, held: HeldJob): Promise<Past> {
  return recall(context, held, { isFirst: true, pickup: 1, note: null, taken: 0 });
}

async function recall(
  { memory, now }: RegionContext,
  { job, key }: HeldJob,
  own: Pick<PickUp, "isFirst" | "pickup" | "note" | "taken">,
): Promise<Past> {
  const redis = await memory.recall();
  const enqueuedAt = new Date(job.timestamp);
  return pastOf({ ...own, enqueuedAt, lost: redis.lostOf(key), redis, now: now() });
}

/**
 * Whether nobody has had a job before, as far as anything says. Who retries a job that failed may have its pick-ups counted
 * anew: its failures, the workers that it has lost and the traces of its errors tell of it all the same.
 */
export function isFirstPickUp(job: Job): boolean {
  const { attemptsStarted, attemptsMade, stalledCounter, stacktrace, progress } = job;
  const setbacks = attemptsMade + stalledCounter + (stacktrace?.length ?? 0);
  return attemptsStarted <= 1 && setbacks === 0 && readNote(progress) === null;
}
