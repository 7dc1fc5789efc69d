import type { RegionLimits } from "@volley/contract";

/** Requests that wait for their turn and for their answers cover this much time together, whatever the concurrency. */
const COVERED_MS = 500;

/**
 * No piece takes more of the budget than this unless the operator wants it: with one of 100 ms, and pieces of any size
 * before and after, no 5 s see more than 0.985 x (1 + (100 + 20) / 5000) = 1.009 of the rate.
 */
const LONGEST_MS = 100;

/**
 * What one request may cost at most in a region.
 *
 * Whole batches of up to 1,000 cannot keep a smooth pace: at 1,000 a second, in first-in-first-out order, every policy that
 * sends them whole either passes 1.02 of the rate in some 5 s or stays below 0.95 of it over all (simulated). So a request
 * takes 50 ms of the rate, twice as much where few requests are in flight at once, and at least one recipient. From 20,000
 * a second on that is a whole batch again.
 *
 * @returns `Infinity` where nothing is paced
 */
export function pieceLimit({ rate, concurrency, burstMs }: RegionLimits): number {
  if (rate === null) return Number.POSITIVE_INFINITY;
  const ms = Math.max(burstMs, Math.min(LONGEST_MS, COVERED_MS / concurrency));
  return Math.max(1, Math.floor((rate * ms) / 1_000));
}
