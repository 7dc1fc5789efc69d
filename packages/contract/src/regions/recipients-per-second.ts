import { LIMITS } from "../values/send-limits.ts";
import type { RegionLimits } from "./region-limits.ts";

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
