import type { Finding } from "@volley/sinch";
import type { Log } from "./log.ts";
import type { Observer } from "./observer.ts";
import { createRegionHold } from "./region-hold.ts";

/** What a guard needs of its region. */
export type RegionGuardOptions = {
  readonly region: string;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  /** Keeps every worker of the region, on whatever machine, from picking up jobs for so long. */
  readonly holdRegion: (delayMs: number) => Promise<void>;
  /** Says on the region's queue why it waits, for so long; `null` takes it back. Nothing depends on it. */
  readonly post: (notice: string | null, forMs: number) => void;
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

/** A notice of a suspension outlives the time until the next probe, and no more than that a worker that dies. */
const NOTICE_MARGIN_MS = 10_000;

/** The guard of one region in one process. A trouble is logged once, not once per job. */
export function createRegionGuard(options: RegionGuardOptions): RegionGuard {
  const { region, log, observer, now, holdRegion, post } = options;
  const hold = createRegionHold(now, holdRegion);
  let isSuspended = false;
  let probing: Promise<Finding> | null = null;
  return {
    troubles: hold.troubles,
    isSuspended: () => isSuspended,
    recovered: () => {
      hold.forget();
      if (!isSuspended) return;
      isSuspended = false;
      post(null, 0);
      log.info({ region }, "region resumed");
      observer.suspended({ region, isSuspended });
    },
    backOff: async (reason, delayMs) => {
      if (!(await hold.wait(delayMs))) return;
      post(`backs off: ${reason}`, delayMs);
      log.warn({ region, reason, delayMs }, "region backs off");
      observer.backedOff({ region, reason, delayMs });
    },
    suspend: async (code, delayMs) => {
      await hold.wait(delayMs);
      post(`suspended: the provider refuses its set-up (${code})`, 2 * delayMs + NOTICE_MARGIN_MS);
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
