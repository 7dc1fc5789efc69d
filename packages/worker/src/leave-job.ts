import { DelayedError, type Job, RateLimitError } from "bullmq";
import type { DispatchNote } from "./dispatch-note.ts";

/** What is noted when a job goes back to the queue; the rest of the note follows from the job. */
export type Leaving = Omit<DispatchNote, "pickup">;

/**
 * Puts the job back until a time. The note comes first: a crash in between leaves a job whose past is known.
 *
 * @throws always, a `DelayedError`: BullMQ's way to end a processor without ending the job
 */
export async function leaveUntil(job: Job, token: string, until: Date, leaving: Leaving): Promise<never> {
  await job.updateProgress({ pickup: job.attemptsStarted, ...leaving });
  await job.moveToDelayed(until.getTime(), token);
  throw new DelayedError();
}

/**
 * Puts the job back to the front of its queue, to be picked up when the region's back-off is over.
 *
 * @throws always, a `RateLimitError`
 */
export async function leaveToRegion(job: Job, leaving: Leaving): Promise<never> {
  await job.updateProgress({ pickup: job.attemptsStarted, ...leaving });
  throw new RateLimitError();
}

/**
 * Ends the processor of a job that is no longer ours: its lock is lost, another worker has it.
 *
 * @throws always
 */
export function leaveToOther(): never {
  throw new DelayedError("the job's lock is lost");
}
