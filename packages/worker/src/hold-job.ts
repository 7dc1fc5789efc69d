import type { Job } from "bullmq";
import { leaveUntil } from "./leave-job.ts";
import { pastOfJob } from "./past-of-job.ts";
import type { RegionContext } from "./region-context.ts";
import type { HeldJob } from "./store-data.ts";

/**
 * Puts a send back that comes before its time. A doubt outlives the hold: a worker with a longer lead, or a clock ahead of
 * ours, may have sent it and died.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function holdUntil(context: RegionContext, { job, token }: HeldJob, opensAt: Date): Promise<never> {
  const past = await pastOfJob(context, job);
  await job.log(`held until ${opensAt.toISOString()}`);
  return leaveUntil(job, token, opensAt, {
    tries: past.tries,
    looks: past.kind === "doubtful" ? past.looks : 0,
    unknown_since: past.kind === "doubtful" ? past.since.toISOString() : null,
    last: { outcome: "held", code: "send_at", at: context.now().toISOString() },
  });
}

/** A producer's clock may be ahead of ours: nothing was enqueued later than now. */
export function enqueuedAt(job: Job, now: Date): Date {
  return new Date(Math.min(job.timestamp, now.getTime()));
}
