import { readNote } from "../job/dispatch-note.ts";
import { leaveToOther, leaveUntil } from "../job/leave-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../job/store-data.ts";

/**
 * Keeps a job while Redis refuses writes, for as long as its lock lasts, and puts it back when a note can be written. That
 * is no crash of the job's: it is asked about, since nobody knows how far it came, and nothing is counted against it.
 *
 * @throws always: that is how a BullMQ processor ends without ending its job
 */
export async function restUntilWritable(context: RegionContext, held: HeldJob): Promise<never> {
  const { writes, now, lockMs } = context;
  if (!(await writes.untilTaken(lockMs))) leaveToOther();
  const note = readNote(held.job.progress);
  const at = now();
  try {
    return await leaveUntil(context, held, new Date(at.getTime() + 1), {
      tries: note?.tries ?? 0,
      looks: 0,
      unknownSince: at,
      ...(note?.crashes !== undefined && { crashes: note.crashes }),
      last: { outcome: "held", code: "redis_refused", at: at.toISOString() },
    });
  } catch (error) {
    // Refused once more: its lock runs out, and whoever picks it up asks.
    if (writes.isRefusal(error)) leaveToOther();
    throw error;
  }
}
