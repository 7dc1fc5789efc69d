import { setImmediate as nextTurn } from "node:timers/promises";
import type { RecipientIntake } from "../recipients/recipient-intake.ts";
import type { RedisBudget } from "../redis/redis-budget.ts";
import type { StagingOnce } from "./stage-each-once.ts";

/** How far the staging of a list is. */
export type EnqueueProgress = {
  /** Entries that were read. */
  readonly requested: number;
  /** Recipients who are in Redis or on their way. */
  readonly staged: number;
  readonly duplicate: number;
  readonly rejected: number;
};

/** Called now and then while a list is staged, and at its end. What it throws ends the staging. */
export type ProgressReport = (progress: EnqueueProgress) => void;

/** The shortest time between two reports, in milliseconds. */
const REPORT_INTERVAL_MS = 100;

/** Redis's memory is looked at every so many thousand entries. */
const CHUNKS_PER_LOOK = 32;

/** What is done between two pieces of a list. */
export type BetweenPieces = { readonly catchUp: () => Promise<void>; readonly end: () => Promise<void> };

/** Creates it for one list; without a stage there is nothing to wait for. */
export function betweenPieces({
  intake,
  once,
  budget,
  onProgress,
  signal,
}: {
  readonly intake: RecipientIntake;
  readonly once: StagingOnce | null;
  readonly budget: RedisBudget;
  readonly onProgress: ProgressReport | undefined;
  readonly signal: AbortSignal | undefined;
}): BetweenPieces {
  let chunks = 0;
  let reportedAt = performance.now();
  const report = (): void => {
    const { staged, duplicate } = once?.counts() ?? { staged: 0, duplicate: 0 };
    onProgress?.({ requested: intake.requested(), staged, duplicate, rejected: intake.rejected() });
    reportedAt = performance.now();
  };
  return {
    catchUp: async () => {
      // A list that is at hand waits for nothing where nothing is staged: nobody else would get a turn, the signal neither.
      await nextTurn();
      signal?.throwIfAborted();
      chunks += 1;
      if (once) {
        await once.room();
        if (chunks % CHUNKS_PER_LOOK === 0) await budget.ensure(true);
      }
      if (onProgress && performance.now() - reportedAt >= REPORT_INTERVAL_MS) report();
    },
    end: async () => {
      signal?.throwIfAborted();
      report();
    },
  };
}
