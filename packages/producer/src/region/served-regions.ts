import { CHANGE_LIMITS, limitsKey, readLimits, servedRegionsKey, type StoredLimits } from "@volley/contract";
import type { Leads } from "../terms/hand-over.ts";
import type { RedisLink } from "../redis/redis-link.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** Knows in which regions workers are, or were. */
export type ServedRegions = Leads & {
  /** Whether a worker has ever said that it works on a region. */
  readonly has: (region: string) => Promise<boolean>;
  /** All of them, by name. @param among - those of these, in their order */
  readonly names: (among?: readonly string[]) => Promise<string[]>;
};

/** How long a worker's word is taken without another look, in milliseconds: a Redis may be emptied. */
const GOOD_FOR_MS = 60_000;

type Seen = { readonly leadMs: number | null; readonly at: number };

/**
 * Creates it. Redis is asked about every send to a region that nobody serves, and once a minute about the others.
 *
 * @param leadMs - of a region whose workers have not said theirs
 */
export function createServedRegions(
  { run, connection }: RedisLink,
  { prefix, leadMs }: { readonly prefix: string; readonly leadMs: number },
): ServedRegions {
  const seen = new Map<string, Seen>();
  const lately = (region: string): Seen | undefined => {
    const last = seen.get(region);
    return last && performance.now() - last.at < GOOD_FOR_MS ? last : undefined;
  };
  const look = async (region: string): Promise<Pick<StoredLimits, "isPublished" | "leadMs">> => {
    const stored = readLimits(await connection.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region)));
    if (stored.isPublished) seen.set(region, { leadMs: stored.leadMs, at: performance.now() });
    return stored;
  };
  const has = async (region: string): Promise<boolean> =>
    lately(region) !== undefined || (await run(async () => look(region))).isPublished;
  return {
    has,
    // Without a time there is nothing that it would be before.
    leadMs: async (region, sendAt) => (sendAt && (lately(region) ?? (await look(region))).leadMs) ?? leadMs,
    names: async (among) => {
      if (among === undefined) return (await run(async () => connection.smembers(servedRegionsKey(prefix)))).toSorted();
      for (const region of among) requireRegion(region);
      const served = await Promise.all(among.map(has));
      return among.filter((_, index) => served[index]);
    },
  };
}
