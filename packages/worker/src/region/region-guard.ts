import type { Finding } from "@volley/sinch";
import type { Log } from "../terms/log.ts";
import type { Observer } from "../terms/observer.ts";
import { countTroubles } from "./count-troubles.ts";
import { oneAtATime } from "../terms/one-at-a-time.ts";
import { isReachedAfter, isUnreachable, refusalInWords, type Trouble, troubleInWords } from "../terms/trouble.ts";

/** Says something on the region's queue, for so long; `null` takes it back. */
type Post = (notice: string | null, forMs: number) => void;

/** What a guard needs of its region. */
export type RegionGuardOptions = {
  readonly region: string;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  /** Keeps every worker of the region, on whatever machine, from picking up jobs for so long. */
  readonly holdRegion: (delayMs: number) => Promise<void>;
  /** Says why the region backs off. Nothing depends on it. */
  readonly postBackOff: Post;
  /** Says that the region is suspended, and why. It is by this that other processes hear of the end. */
  readonly postSuspension: Post;
};

/**
 * Keeps what one process knows about the health of its region, and slows the region down for all of them.
 *
 * Two things can be wrong with it, and neither says anything of the other: the provider is in trouble, and the region backs
 * off, for longer each time; or the provider refuses the region's set-up, or cannot be reached with it, and the region is
 * suspended.
 */
export type RegionGuard = {
  /** Troubles in a row, the one before the next back-off being the last. */
  readonly troubles: () => number;
  readonly isSuspended: () => boolean;
  /** The provider accepted a batch: whatever was wrong is over. */
  readonly accepted: () => void;
  /** The provider refused a batch for what it says: so it takes the region's set-up. An outage may go on. */
  readonly judged: () => void;
  /**
   * What a request has come to that did not settle anything: it may prove that the provider can be reached, which says
   * nothing of its taking the region's set-up.
   *
   * @param trouble - `null` for an answer to a question
   */
  readonly heard: (trouble: Trouble | null) => void;
  /** Another process has found the suspension to be over, or nobody confirms it any more. */
  readonly released: () => void;
  readonly backOff: (trouble: Trouble, delayMs: number) => Promise<void>;
  readonly suspend: (trouble: Trouble, delayMs: number) => Promise<void>;
  /** Runs one question at a time: whoever comes while it is on its way gets the same answer. */
  readonly probe: (question: () => Promise<Finding>) => Promise<Finding>;
};

/** Why a region is suspended, and how long until the next probe, in milliseconds. */
type Suspension = { readonly trouble: Trouble; readonly delayMs: number };

/** A notice of a suspension outlives the time until the next probe, and no more than that a worker that dies. */
const NOTICE_MARGIN_MS = 10_000;

/** The guard of one region in one process. A trouble is logged once, not once per job. */
export function createRegionGuard(options: RegionGuardOptions): RegionGuard {
  const { region, log, observer, now, holdRegion, postBackOff, postSuspension } = options;
  const hold = countTroubles(now, holdRegion);
  let suspension: Suspension | null = null;
  /** Codes that were logged since it is suspended: two of them may take turns with each probe. */
  const logged = new Set<string>();
  const confirm = ({ trouble, delayMs }: Suspension): void => {
    postSuspension(`suspended: ${refusalInWords(trouble, "its set-up")}`, 2 * delayMs + NOTICE_MARGIN_MS);
  };
  const released = (): void => {
    if (suspension === null) return;
    suspension = null;
    logged.clear();
    log.info({ region }, "region resumed");
    observer.suspended({ region, isSuspended: false });
  };
  const judged = (): void => {
    if (suspension !== null) postSuspension(null, 0);
    released();
  };
  return {
    troubles: hold.troubles,
    isSuspended: () => suspension !== null,
    accepted: () => {
      hold.forget();
      judged();
    },
    judged,
    heard: (trouble) => {
      if (suspension !== null && isReachedAfter(suspension.trouble, trouble)) judged();
    },
    released,
    backOff: async (trouble, delayMs) => {
      if (!(await hold.trouble(delayMs))) return;
      postBackOff(`backs off: ${troubleInWords(trouble)}`, delayMs);
      // A probe that meets an outage has not found the set-up to be taken.
      if (suspension !== null) confirm({ ...suspension, delayMs: Math.max(suspension.delayMs, delayMs) });
      log.warn({ ...fieldsOf(region, trouble), delayMs }, "region backs off");
      observer.backedOff({ region, reason: trouble.kind, delayMs });
    },
    suspend: async (trouble, delayMs) => {
      await hold.wait(delayMs);
      if (suspension === null) observer.suspended({ region, isSuspended: true });
      suspension = { trouble, delayMs };
      confirm(suspension);
      if (!logged.has(trouble.code)) log.error(fieldsOf(region, trouble), `region suspended: ${whySuspended(trouble)}`);
      logged.add(trouble.code);
    },
    probe: oneAtATime(),
  };
}

function whySuspended(trouble: Trouble): string {
  return isUnreachable(trouble) ? "the provider cannot be reached with its set-up" : "the provider refuses its set-up";
}

/** What a line of the log says of a trouble. */
function fieldsOf(region: string, { kind: reason, code, host, systemCode }: Trouble): object {
  return { region, reason, code, host, systemCode };
}
