import { DelayedError, RateLimitError } from "bullmq";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import type { Doubt, Note, Past } from "./note.ts";
import { pastOfJob } from "./past-of-job.ts";

/** What is noted when a job goes back to the queue; the rest of the note follows from the job and from Redis. */
export type Noted = Pick<Note, "tries" | "crashes"> & {
  /** What the last try came to. */
  readonly outcome: string;
  readonly code: string;
  /** Whether a request may have been accepted; with looks but no time for a cancellation that waits for something else. */
  readonly doubt: (Pick<Doubt, "looks" | "isForgotten"> & { readonly since: Date | null }) | null;
};

/** Why a job goes back without a request. */
type Unsent = {
  /** For whoever looks at the job: `send_at`, `pace`, … */
  readonly code: string;
  /** @default at once, for another process */
  readonly until?: Date;
  /** What is known about what comes next in it. @default what is known about the job */
  readonly past?: Past;
};

/**
 * Puts a job back on its queue. This is the only way back: the note comes first, so that a crash in between leaves a job
 * whose past is known.
 *
 * @param until - when it may be picked up again; `null` when its region's hold is over, before all others
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function putBack(context: RegionContext, held: HeldJob, noted: Noted, until: Date | null): Promise<never> {
  await writeNote(context, held, noted);
  if (until === null) throw new RateLimitError();
  await held.job.moveToDelayed(until.getTime(), held.token);
  throw new DelayedError();
}

/**
 * Puts a job back without a request. What is known about it stays as it is: a doubt that was looked into is looked into
 * again, which texts nobody.
 *
 * @throws always, see {@link putBack}
 */
export async function putBackUnsent(context: RegionContext, held: HeldJob, unsent: Unsent): Promise<never> {
  const { code, until = new Date(context.now().getTime() + 1) } = unsent;
  const past = unsent.past ?? (await pastOfJob(context, held));
  const doubt = past.kind === "doubtful" ? past : null;
  return putBack(context, held, { tries: past.tries, doubt, outcome: "held", code }, until);
}

/**
 * Ends the processor of a job whose lock is lost: another worker has it, and decides what becomes of it.
 *
 * @throws always
 */
export function leaveLost(): never {
  throw new DelayedError("the job's lock is lost");
}

/**
 * A note is a proof: whoever picks the job up next sends at once where it says that nothing is in doubt. So it is written
 * in one step with the look whether this worker still holds the job, and says which lot it is about.
 */
async function writeNote(
  { scripts, memory, now }: RegionContext,
  { job, key, lock, token, taken }: HeldJob,
  { tries, crashes, doubt, outcome, code }: Noted,
): Promise<void> {
  const { epoch, aheadMs } = memory.last();
  const note: Note = {
    pickup: job.attemptsStarted,
    epoch,
    unknown_since: doubt?.since ? new Date(doubt.since.getTime() + aheadMs).toISOString() : null,
    tries,
    looks: doubt?.looks ?? 0,
    ...(doubt?.isForgotten && { forgotten: true }),
    ...(crashes !== undefined && { crashes }),
    last: { outcome, code, at: now().toISOString() },
    ...(taken > 0 && { taken }),
  };
  const isNoted = await scripts.note({ keys: [key, lock], values: [token, JSON.stringify(note)] });
  if (isNoted !== 1) leaveLost();
  job.progress = note;
}
