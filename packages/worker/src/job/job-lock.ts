/**
 * A dead worker holds its jobs, and their slots of the region's limit, until their locks run out and are found to have:
 * 10 to 15 s with these values, a minute with BullMQ's own (design measurements, B8).
 */
const SHORTEST_LOCK_MS = 10_000;

/** A connection that is slow to stand has so much time; more where requests may take longer, which says that all is slow. */
const SHORTEST_WINDOW_MS = 2_000;
const LONGEST_WINDOW_MS = 5_000;
const WINDOW_SHARE = 1 / 4;

/**
 * How soon after the fence a request is written, or not at all: a worker that was frozen in between must not send what
 * another one has taken over. For the same reason a clock is looked at again right before the write.
 *
 * @param timeoutMs - the deadline of a whole request, in milliseconds
 */
export function writeWithinMs(timeoutMs: number): number {
  return Math.min(LONGEST_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, Math.ceil(timeoutMs * WINDOW_SHARE)));
}

/**
 * How long the lock of a job lasts, in milliseconds. The deadline of a request that is written in time lies inside it, so
 * that nobody else picks the job up while the request may be on its way.
 *
 * @param timeoutMs - the deadline of a whole request, in milliseconds
 */
export function lockMsOf(timeoutMs: number): number {
  return Math.max(SHORTEST_LOCK_MS, timeoutMs + writeWithinMs(timeoutMs));
}
