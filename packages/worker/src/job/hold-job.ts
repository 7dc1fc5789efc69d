import type { Job } from "bullmq";
import type { Past } from "./dispatch-note.ts";
import { leaveUntil, leavingIn } from "./leave-job.ts";
import { pastOfJob } from "./past-of-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "./store-data.ts";

/** Why a job goes back to its queue without a request. */
type Hold = {
  /** For whoever looks at the job: `send_at`, `pace`, … */
  readonly code: string;
  readonly until: Date;
};

/**
 * Puts a job back without a request. What is known about it stays as it is: a doubt that was looked into is looked into
 * again, which texts nobody.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function leaveHeld(
  context: RegionContext,
  held: HeldJob,
  past: Past,
  { code, until }: Hold,
): Promise<never> {
  return leaveUntil(context, held, until, {
    tries: past.tries,
    ...leavingIn(past.kind === "doubtful" ? past : null),
    last: { outcome: "held", code, at: context.now().toISOString() },
  });
}

/**
 * Puts a send back that comes before its time. A doubt outlives the hold: a worker with a longer lead, or a clock ahead of
 * ours, may have sent it and died.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function holdUntil(context: RegionContext, held: HeldJob, opensAt: Date): Promise<never> {
  const past = await pastOfJob(context, held.job, held.taken);
  await held.job.log(`held until ${opensAt.toISOString()}`);
  return leaveHeld(context, held, past, { code: "send_at", until: opensAt });
}

/**
 * Puts a job back for another process to go on with: this one stops.
 *
 * @param past - of what comes next in it
 * @throws always, see {@link leaveHeld}
 */
export async function leaveToNext(context: RegionContext, held: HeldJob, past: Past): Promise<never> {
  return leaveHeld(context, held, past, { code: "worker_stops", until: new Date(context.now().getTime() + 1) });
}

/**
 * Puts a job back for other processes to go on with: this one stands aside.
 *
 * @throws always, see {@link leaveHeld}
 */
export async function leaveToOthers(context: RegionContext, held: HeldJob, past: Past): Promise<never> {
  return leaveHeld(context, held, past, { code: "worker_stands_aside", until: new Date(context.now().getTime() + 1) });
}

/** A producer's clock may be ahead of ours: nothing was enqueued later than now. */
export function enqueuedAt(job: Job, now: Date): Date {
  return new Date(Math.min(job.timestamp, now.getTime()));
}
