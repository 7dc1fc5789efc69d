/** The longest wait between two tries, in milliseconds: a Redis that is back is found within this. */
export const MAX_RECONNECT_DELAY_MS = 5_000;

const FIRST_DELAY_MS = 100;

/** Beyond this the delay is capped anyhow; it keeps the power of two finite. */
const MAX_EXPONENT = 10;

/**
 * How long to wait before the next try to reach Redis: doubling, capped, and somewhere in the upper half of that, so
 * that a hundred processes that lost the same Redis do not come back in one instant.
 *
 * @param attempt - 1 for the first try after the connection was lost
 * @param random - from 0 up to 1, as `Math.random()` gives it
 * @returns milliseconds
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(MAX_RECONNECT_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, MAX_EXPONENT));
  return Math.round(ceilingMs * (0.5 + random / 2));
}
