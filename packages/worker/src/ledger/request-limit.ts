import type { RegionLimits } from "@volley/contract";

/**
 * What one request may cost at most in a region: so much of its rate as `burstMs` says, and one recipient at least.
 *
 * By default it is a second's worth: a region of 20 a second gets 20 at once, and from 1,000 a second on a request is a
 * whole batch. With 50 ms the pace is smooth: at 1,000 a second, in first-in-first-out order, every policy that sends whole
 * batches either passes 1.02 of the rate in some 5 s or stays below 0.95 of it over all (simulated); with so much in flight
 * at once as requests take to be answered, no 5 s see more than 0.985 x (1 + (50 + 20) / 5000) = 1.00 of it.
 *
 * @returns `Infinity` where nothing is paced
 */
export function requestLimit({ rate, burstMs }: RegionLimits): number {
  return rate === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((rate * burstMs) / 1_000));
}
