import type { PlannedSend } from "@volley/contract";

/** How a large send is split. The same send gives the same plan every time: planning may be cut off and done again. */
export type Plan = PlannedSend & {
  /** The digest of what the send brings. */
  readonly content: string;
  /** Whether its parts go before everything else in the region. */
  readonly isUrgent: boolean;
  /** The data of a part's job, by its index. */
  readonly partOf: (part: number) => object;
};

/** Skipped entries whose indexes are kept, so that a refused recipient can be told by its place in the caller's list. */
const MOST_SKIPPED = 10_000;

/** A list that is mostly duplicates would make the send's data as large as its recipients were. */
export function keptIndexes(skipped: readonly number[]): number[] {
  return skipped.length > MOST_SKIPPED ? [] : [...skipped];
}
