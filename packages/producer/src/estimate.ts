import { LIMITS, type RegionLimits } from "@volley/contract";

/** What lies before a send in its region. */
export type Backlog = {
  /** Recipients whom each other long send has still to reach. */
  readonly others: readonly number[];
  /** Jobs that go before all parts of long sends. */
  readonly shortSends: number;
};

/** How many requests of a millisecond would fit into a second. */
const SECOND_MS = 1_000;

/**
 * How many recipients a region reaches in a second: its pace, and where it has none what its requests in flight come to,
 * full batches that take as long as they have taken.
 *
 * @returns `null` when nobody knows
 */
export function recipientsPerSecond(limits: RegionLimits, requestMs: number | null): number | null {
  if (limits.rate !== null) return limits.rate;
  return requestMs === null ? null : (limits.concurrency * LIMITS.recipientsPerBatch * SECOND_MS) / requestMs;
}

/**
 * How long until a send is done, at its region's limits. Long sends take turns part by part, so each of the others is in
 * its way with as many recipients as itself has left, at most; shorter sends go before it.
 *
 * It is an estimate: sends that come later and refused recipients are not in it, and message parts count as recipients.
 *
 * @param own - recipients whom the send has still to reach
 * @param perSecond - of {@link recipientsPerSecond}
 */
export function secondsUntilDone(own: number, { others, shortSends }: Backlog, perSecond: number): number {
  const before = others.reduce((sum, left) => sum + Math.min(left, own), shortSends);
  return (before + own) / perSecond;
}
