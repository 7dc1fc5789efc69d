import type { Job } from "bullmq";
import { type Past, pastOf, readNote } from "./dispatch-note.ts";
import { isFirstPickUp } from "./first-pick-up.ts";
import { jobKeyOf } from "../terms/own-part.ts";
import type { RegionContext } from "../region/region-context.ts";

/**
 * What may have happened to a job before this pick-up. While Redis is away it waits: the answer is not known before.
 *
 * @param taken - how many people its batches are to. @default 0
 */
export async function pastOfJob({ memory, now }: RegionContext, job: Job, taken = 0): Promise<Past> {
  const redis = await memory.recall();
  return pastOf({
    isFirst: isFirstPickUp(job),
    pickup: job.attemptsStarted,
    note: readNote(job.progress),
    taken,
    enqueuedAt: new Date(job.timestamp),
    lost: redis.lostOf(jobKeyOf(job)),
    redis,
    now: now(),
  });
}

/**
 * What may have happened to a piece that comes after another one of the same job. A note, or the lack of one, was about
 * the piece that is closed now: pieces are sent one after the other and each answer is kept before the next. Only
 * what Redis may have forgotten is about all of them.
 */
export async function pastOfNextPiece({ memory, now }: RegionContext, job: Job): Promise<Past> {
  const redis = await memory.recall();
  const lost = redis.lostOf(jobKeyOf(job));
  return pastOf({
    isFirst: true,
    pickup: 1,
    note: null,
    taken: 0,
    enqueuedAt: new Date(job.timestamp),
    lost,
    redis,
    now: now(),
  });
}
