import { readNote } from "../job/note.ts";
import { leaveLost, putBack } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * Keeps a job while Redis refuses writes, for as long as its lock lasts, and puts it back when a note can be written. That
 * is no crash of the job's: it is asked about, since nobody knows how far it came, and nothing is counted against it.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function restUntilWritable(context: RegionContext, held: HeldJob): Promise<never> {
  const { writes, now, lockMs } = context;
  if (!(await writes.untilTaken(lockMs))) leaveLost();
  const note = readNote(held.job.progress);
  const at = now();
  try {
    const doubt = { since: at, looks: 0 };
    const noted = { tries: 0, ...note, doubt, outcome: "held", code: "redis_refused" };
    return await putBack(context, held, noted, new Date(at.getTime() + 1));
  } catch (error) {
    // Refused once more: its lock runs out, and whoever picks it up asks.
    if (writes.isRefusal(error)) leaveLost();
    throw error;
  }
}
