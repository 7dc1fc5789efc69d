import { UnrecoverableError } from "bullmq";
import { readNote } from "../job/note.ts";
import { leaveLost, putBack } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** A job that met this many unexpected errors in a row is set aside, for people to look at. */
const MOST_CRASHES = 20;

/** How long a job rests after an unexpected error, doubling up to a minute. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/**
 * Lets a job rest that met an unexpected error: nobody knows how far it came.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function restAfterError(context: RegionContext, held: HeldJob, error: unknown): Promise<never> {
  const { region, log, observer, lockMs } = context;
  const { job, id: jobId, token } = held;
  // A Redis that refuses the write does not say whose the job is.
  if ((await job.extendLock(token, lockMs).catch(() => 1)) !== 1) {
    log.warn({ region, jobId, err: error }, "the job's lock is lost, another worker has it");
    leaveLost();
  }
  const crashes = (readNote(job.progress)?.crashes ?? 0) + 1;
  const code = error instanceof Error ? error.name : typeof error;
  log.error({ region, jobId, crashes, err: error }, "unexpected error, the job rests");
  observer.crashed({ region });
  if (crashes >= MOST_CRASHES) {
    throw new UnrecoverableError(`set aside after ${crashes} unexpected errors in a row, the last one a ${code}`);
  }
  const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (crashes - 1));
  return rest(context, held, { outcome: "crashed", code, crashes, restMs });
}

/**
 * Keeps a job while Redis refuses writes, for as long as its lock lasts, and puts it back when a note can be written. That
 * is no crash of the job's: it is asked about, since nobody knows how far it came, and nothing is counted against it.
 *
 * @throws always, see {@link restAfterError}
 */
export async function restUntilWritable(context: RegionContext, held: HeldJob): Promise<never> {
  const { writes, lockMs } = context;
  if (!(await writes.untilTaken(lockMs))) leaveLost();
  const crashes = readNote(held.job.progress)?.crashes;
  try {
    return await rest(context, held, { outcome: "held", code: "redis_refused", crashes, restMs: 1 });
  } catch (error) {
    // Refused once more: its lock runs out, and whoever picks it up asks.
    if (writes.isRefusal(error)) leaveLost();
    throw error;
  }
}

async function rest(
  context: RegionContext,
  held: HeldJob,
  {
    restMs,
    ...why
  }: { readonly restMs: number; readonly outcome: string; readonly code: string; readonly crashes: number | undefined },
): Promise<never> {
  const at = context.now();
  const tries = readNote(held.job.progress)?.tries ?? 0;
  return putBack(context, held, { ...why, tries, doubt: { since: at, looks: 0 } }, new Date(at.getTime() + restMs));
}
