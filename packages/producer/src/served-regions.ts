import { CHANGE_LIMITS, limitsKey, readLimits, servedRegionsKey } from "@volley/contract";
import type { RedisLink } from "./redis-link.ts";

/** Knows in which regions workers are, or were. */
export type ServedRegions = {
  /** Whether a worker has ever said that it works on a region. */
  readonly has: (region: string) => Promise<boolean>;
  /** All of them, by name. */
  readonly names: () => Promise<string[]>;
};

/** How long a worker's word is taken without another look, in milliseconds: a Redis may be emptied. */
const GOOD_FOR_MS = 60_000;

/** Creates it. Redis is asked about every send to a region that nobody serves, and once a minute about the others. */
export function createServedRegions({ run, connection }: RedisLink, prefix: string): ServedRegions {
  const seenAt = new Map<string, number>();
  return {
    has: async (region) => {
      if (performance.now() - (seenAt.get(region) ?? Number.NEGATIVE_INFINITY) < GOOD_FOR_MS) return true;
      const { isPublished } = readLimits(
        await run(async () => connection.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region))),
      );
      if (isPublished) seenAt.set(region, performance.now());
      return isPublished;
    },
    names: async () => (await run(async () => connection.smembers(servedRegionsKey(prefix)))).toSorted(),
  };
}
