/** How an endpoint does. */
export type Health = {
  readonly delivered: () => void;
  /** @param waitMs - how long it wants to be left alone. @returns since when every request fails, in milliseconds since 1970 */
  readonly failed: (now: number, waitMs: number) => number;
  /** In milliseconds since 1970; `null` where the last request did not fail. */
  readonly failingSince: () => number | null;
  /** Whether it seems to fail at everything. */
  readonly isDown: () => boolean;
  /** Until when it wants to be left alone, in milliseconds since 1970. */
  readonly pausedUntil: () => number;
};

/** So many failures one after the other say that it is the endpoint, and not an event. */
const DOWN_AFTER = 20;

/** @param since - since when it has been failing, as it was written down */
export function createHealth(since: string | null): Health {
  let failingSince = since === null ? null : new Date(since).getTime();
  let failures = 0;
  let pausedUntil = 0;
  return {
    delivered: () => {
      failures = 0;
      failingSince = null;
    },
    failed: (now, waitMs) => {
      failures += 1;
      pausedUntil = Math.max(pausedUntil, now + waitMs);
      failingSince ??= now;
      return failingSince;
    },
    failingSince: () => failingSince,
    isDown: () => failures >= DOWN_AFTER,
    pausedUntil: () => pausedUntil,
  };
}
