import { CHANGE_LIMITS, limitsKey, readLimits, servedRegionsKey } from "@volley/contract";
import type { RedisLink } from "../redis/redis-link.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** Knows in which regions workers are, or were. */
export type ServedRegions = {
  /** Whether a worker has ever said that it works on a region. */
  readonly has: (region: string) => Promise<boolean>;
  /** All of them, by name. @param among - those of these, in their order */
  readonly names: (among?: readonly string[]) => Promise<string[]>;
};

/** How long a worker's word is taken without another look, in milliseconds: a Redis may be emptied. */
const GOOD_FOR_MS = 60_000;

/** Creates it. Redis is asked about every send to a region that nobody serves, and once a minute about the others. */
export function createServedRegions({ run, connection }: RedisLink, prefix: string): ServedRegions {
  const seenAt = new Map<string, number>();
  const has = async (region: string): Promise<boolean> => {
    if (performance.now() - (seenAt.get(region) ?? Number.NEGATIVE_INFINITY) < GOOD_FOR_MS) return true;
    const { isPublished } = readLimits(
      await run(async () => connection.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region))),
    );
    if (isPublished) seenAt.set(region, performance.now());
    return isPublished;
  };
  return {
    has,
    names: async (among) => {
      if (among === undefined) return (await run(async () => connection.smembers(servedRegionsKey(prefix)))).toSorted();
      for (const region of among) requireRegion(region);
      const served = await Promise.all(among.map(has));
      return among.filter((_, index) => served[index]);
    },
  };
}
