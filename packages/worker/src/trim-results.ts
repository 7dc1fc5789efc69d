import type { Queue } from "bullmq";

/** Results that one call to Redis removes: each may be the hash of a send with thousands of parts. */
const RESULTS_PER_CALL = 20;

/**
 * Removes the oldest results beyond the number that is kept, a few at a time.
 *
 * BullMQ removes what is beyond it whenever a job ends, all at once: nearly always one job. Only when somebody has lowered
 * the number it would be tens of thousands, and Redis would answer nobody meanwhile. So a worker does it before it begins.
 *
 * @param count - results that are kept in each of the two ways to end
 * @returns how many were removed
 */
export async function trimResults(queue: Queue, count: number): Promise<number> {
  let removed = 0;
  for (const state of ["completed", "failed"] as const) {
    let excess = (await queue.getJobCountByTypes(state)) - count;
    while (excess > 0) {
      const { length } = await queue.clean(0, Math.min(RESULTS_PER_CALL, excess), state);
      // Another worker may have removed them, or what is left is not BullMQ's to remove.
      if (length === 0) break;
      excess -= length;
      removed += length;
    }
  }
  return removed;
}
