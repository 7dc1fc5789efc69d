import { pastSendAt, type Problem, regionOfSendId } from "@volley/contract";
import type { Job } from "bullmq";
import { isPart } from "../terms/own-part.ts";

type Timed = { readonly sendAt: Date | null };

/** A send that was read, or everything that is wrong with it. */
type Reading<T> =
  { readonly ok: true; readonly send: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Refuses a job whose `send_at` lay too far in the past when it was enqueued. That depends on nothing but the job, so that
 * every pick-up comes to the same, however long it has waited.
 *
 * Sends of our producer were judged where they were asked for, by their IDs they are known: one that is staged is added
 * long after that. Parts are what their send was.
 */
export function refusePastSendAt<Send extends Timed>(job: Job, reading: Reading<Send>): Reading<Send> {
  if (!reading.ok || isPart(job) || regionOfSendId(String(job.id)) !== null) return reading;
  const problem = pastSendAt(reading.send.sendAt, new Date(job.timestamp));
  return problem === null ? reading : { ok: false, problems: [problem] };
}
