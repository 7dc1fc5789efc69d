/** Keeps a region waiting, and counts how often in a row it was in trouble. */
export type Troubles = {
  /** Troubles in a row. */
  readonly troubles: () => number;
  /** Keeps the region waiting for at least so long, for a trouble that counts. @returns whether it is a new one */
  readonly trouble: (delayMs: number) => Promise<boolean>;
  /** Keeps the region waiting for at least so long. */
  readonly wait: (delayMs: number) => Promise<void>;
  readonly forget: () => void;
};

/** Requests that were in flight together fail together, even when jitter has made the wait for the first a short one. */
const SAME_TROUBLE_MS = 500;

/**
 * Trouble is the region's, not the request's: fifty requests that fail together are one trouble. One that comes while
 * the region still waits for an earlier one neither counts nor shortens that wait.
 *
 * @param holdRegion - keeps every worker of the region, on whatever machine, from picking up jobs for so long
 */
export function countTroubles(now: () => Date, holdRegion: (delayMs: number) => Promise<void>): Troubles {
  let troubles = 0;
  let heldUntilMs = 0;
  let lastTroubleMs = Number.NEGATIVE_INFINITY;
  const wait = async (delayMs: number): Promise<void> => {
    const untilMs = now().getTime() + delayMs;
    if (untilMs <= heldUntilMs) return;
    heldUntilMs = untilMs;
    await holdRegion(delayMs);
  };
  return {
    troubles: () => troubles,
    wait,
    trouble: async (delayMs) => {
      const nowMs = now().getTime();
      const isNew = nowMs >= Math.max(heldUntilMs, lastTroubleMs + SAME_TROUBLE_MS);
      if (isNew) {
        troubles += 1;
        lastTroubleMs = nowMs;
      }
      await wait(delayMs);
      return isNew;
    },
    forget: () => {
      troubles = 0;
      lastTroubleMs = Number.NEGATIVE_INFINITY;
    },
  };
}
