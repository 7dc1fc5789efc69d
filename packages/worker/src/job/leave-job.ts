import { DelayedError, RateLimitError } from "bullmq";
import type { DispatchNote, Doubt } from "./dispatch-note.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "./store-data.ts";

/** What is noted when a job goes back to the queue; the rest of the note follows from the job and from Redis. */
export type Leaving = Omit<DispatchNote, "pickup" | "taken" | "redis" | "unknown_since"> & {
  /** By this process's clock. */
  readonly unknownSince: Date | null;
};

/** A doubt, or that there is none, as it is noted. */
export function leavingIn(doubt: Doubt | null): Pick<Leaving, "looks" | "unknownSince" | "forgotten"> {
  if (doubt === null) return { looks: 0, unknownSince: null };
  const { since, looks, isForgotten = false } = doubt;
  return { looks, unknownSince: since, ...(isForgotten && { forgotten: true }) };
}

/** What it takes to write a note. */
type Place = Pick<RegionContext, "queue" | "scripts" | "memory">;

/**
 * Puts the job back until a time. The note comes first: a crash in between leaves a job whose past is known.
 *
 * @throws always, a `DelayedError`: BullMQ's way to end a processor without ending the job
 */
export async function leaveUntil(place: Place, held: HeldJob, until: Date, leaving: Leaving): Promise<never> {
  await writeNote(place, held, leaving);
  await held.job.moveToDelayed(until.getTime(), held.token);
  throw new DelayedError();
}

/**
 * Puts the job back to the front of its queue, to be picked up when the region's back-off is over.
 *
 * @throws always, a `RateLimitError`
 */
export async function leaveToRegion(place: Place, held: HeldJob, leaving: Leaving): Promise<never> {
  await writeNote(place, held, leaving);
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

/**
 * A note is a proof: whoever picks the job up next sends at once where it says that nothing is in doubt. So it is written
 * in one step with the look whether this worker still holds the job, and says which lot it is about.
 *
 * @throws when another worker has the job
 */
async function writeNote(at: Place, { job, token, taken = 0 }: HeldJob, leaving: Leaving): Promise<void> {
  const { queue, scripts, memory } = at;
  const { unknownSince, ...rest } = leaving;
  const { epoch, aheadMs } = memory.last();
  const unknown_since = unknownSince && new Date(unknownSince.getTime() + aheadMs).toISOString();
  const note: DispatchNote = {
    pickup: job.attemptsStarted,
    epoch,
    unknown_since,
    ...rest,
    ...(taken > 0 && { taken }),
  };
  const key = queue.toKey(String(job.id));
  const noted = await scripts.note({ keys: [key, `${key}:lock`], values: [token, JSON.stringify(note)] });
  if (noted !== 1) leaveToOther();
  job.progress = note;
}
