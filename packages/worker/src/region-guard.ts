import type { Finding } from "@volley/sinch";
import type { Log } from "./log.ts";
import type { Observer } from "./observer.ts";

/** What a guard needs of its region. */
export type RegionGuardOptions = {
  readonly region: string;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  /** Keeps every worker of the region, on whatever machine, from picking up jobs for so long. */
  readonly holdRegion: (delayMs: number) => Promise<void>;
};

/** Keeps what one process knows about the health of its region, and slows the region down for all of them. */
export type RegionGuard = {
  /** Troubles in a row, the one before the next back-off being the last. */
  readonly troubles: () => number;
  readonly isSuspended: () => boolean;
  /** The provider took a request: whatever was wrong is over. */
  readonly recovered: () => void;
  readonly backOff: (reason: string, delayMs: number) => Promise<void>;
  readonly suspend: (code: string, delayMs: number) => Promise<void>;
  /** Runs one question at a time: whoever comes while it is on its way gets the same answer. */
  readonly probe: (question: () => Promise<Finding>) => Promise<Finding>;
};

/** Requests that were in flight together fail together, even when jitter has made the wait for the first a short one. */
const SAME_TROUBLE_MS = 500;

/**
 * The guard of one region in one process.
 *
 * Trouble is the region's, not the request's: fifty requests that fail together are one trouble. A trouble that comes
 * while the region still waits for an earlier one neither counts nor shortens that wait, and it is logged once.
 */
export function createRegionGuard({ region, log, observer, now, holdRegion }: RegionGuardOptions): RegionGuard {
  let troubles = 0;
  let heldUntilMs = 0;
  let lastTroubleMs = Number.NEGATIVE_INFINITY;
  let isSuspended = false;
  let probing: Promise<Finding> | null = null;

  const hold = async (delayMs: number): Promise<boolean> => {
    const untilMs = now().getTime() + delayMs;
    const isNew = now().getTime() >= Math.max(heldUntilMs, lastTroubleMs + SAME_TROUBLE_MS);
    if (isNew) {
      troubles += 1;
      lastTroubleMs = now().getTime();
    }
    if (untilMs > heldUntilMs) {
      heldUntilMs = untilMs;
      await holdRegion(delayMs);
    }
    return isNew;
  };

  return {
    troubles: () => troubles,
    isSuspended: () => isSuspended,
    recovered: () => {
      troubles = 0;
      lastTroubleMs = Number.NEGATIVE_INFINITY;
      if (!isSuspended) return;
      isSuspended = false;
      log.info({ region }, "region resumed");
      observer.suspended({ region, isSuspended });
    },
    backOff: async (reason, delayMs) => {
      if (!(await hold(delayMs))) return;
      log.warn({ region, reason, delayMs }, "region backs off");
      observer.backedOff({ region, reason, delayMs });
    },
    suspend: async (code, delayMs) => {
      await hold(delayMs);
      if (isSuspended) return;
      isSuspended = true;
      log.error({ region, code }, "region suspended: the provider refuses its set-up");
      observer.suspended({ region, isSuspended });
    },
    probe: async (question) => {
      probing ??= question().finally(() => {
        probing = null;
      });
      return probing;
    },
  };
}
