import { isNewerPayload, isStaged } from "@volley/contract";
import { DelayedError, type Job, RateLimitError, UnrecoverableError, WaitingChildrenError } from "bullmq";
import { leaveNewer } from "./leave-newer.ts";
import { processJob } from "./process-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import { restAfterError, restUntilWritable } from "./rest-job.ts";
import { tellFailed } from "../job/tell-send.ts";
import { type HeldJob, holdJob } from "../terms/held-job.ts";
import { withData } from "./with-data.ts";

const REST_MS = 1_000;

/**
 * An error that comes up when a job is put back or completed, a refused write for example, BullMQ takes for the job's own
 * failure. With attempts left the job waits and is picked up again: one that was settled completes then, any other asks.
 */
const AGAIN = { attempts: Number.MAX_SAFE_INTEGER, backoff: { type: "fixed", delay: REST_MS } };

/**
 * Jobs whose results are too old that BullMQ removes when another one ends. Each of them takes its children's results with
 * it, 3 ms of Redis for a send of ten million; BullMQ's own limit of 1,000 could keep everybody waiting for seconds.
 */
const MOST_REMOVED = 5;

/**
 * Processes a job and lets no unexpected error end it. A job that another client added has one attempt: thrown to
 * BullMQ, a lost connection in the wrong moment would fail it for good. Here it goes back to the queue instead, and
 * because nobody knows how far it came, the provider is asked before it is sent again.
 */
export async function processSafely(context: RegionContext, job: Job, token: string): ReturnType<typeof processJob> {
  // Results are the product: a client that has its jobs removed at once would lose the batch IDs, and with them the only
  // proof that nobody has to be sent to again.
  const keepJobs = { ...context.results.current(), limit: MOST_REMOVED };
  Object.assign(job.opts, { removeOnComplete: keepJobs, removeOnFail: keepJobs, ...AGAIN });
  const held = holdJob(job, token);
  try {
    return await withData(context, held, async () => {
      if (isNewerPayload(job.data)) return leaveNewer(context, held);
      const isOfStage = held.part !== null && isStaged(job.data);
      const result = await processJob(context, held);
      await forgetFailure(context, held);
      if (isOfStage && isSpent(result)) Object.assign(job.opts, { removeOnComplete: true });
      return result;
    });
  } catch (error) {
    if (error instanceof UnrecoverableError) await tellFailed(context, job, error.message);
    if (isIntended(error)) throw error;
    if (context.writes.isRefusal(error)) return restUntilWritable(context, held);
    return restAfterError(context, held, error);
  }
}

/** BullMQ writes down why a job could not be completed, and keeps it when the job is completed later. */
async function forgetFailure({ redis }: RegionContext, { job, key }: HeldJob): Promise<void> {
  if (!job.failedReason) return;
  await redis.hdel(key, "failedReason", "stacktrace");
}

/**
 * Whether a part has nothing left that its send does not have. Its batch IDs are among the results of the send's children,
 * its recipients were dropped; kept, the ten thousand parts of one send would push the results of others out of what is
 * kept. A part with errors stays: it alone knows whom it has not reached. So do parts whose recipients stood in the job:
 * they are a hundred at most, and people look at them.
 */
function isSpent(result: Awaited<ReturnType<typeof processJob>>): boolean {
  return "state" in result && result.state === "accepted" && result.errors.length === 0;
}

/** The errors by which a processor tells BullMQ what becomes of its job. */
function isIntended(error: unknown): boolean {
  return (
    error instanceof DelayedError ||
    error instanceof RateLimitError ||
    error instanceof UnrecoverableError ||
    error instanceof WaitingChildrenError
  );
}
