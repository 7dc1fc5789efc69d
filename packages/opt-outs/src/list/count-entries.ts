import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { BUCKETS, bucketKey, listKeys } from "./list-keys.ts";

/** Counts the entries of the list. */
export type EntryCount = () => Promise<number>;

/** Hashes whose sizes are asked at once: less than a millisecond of Redis. */
const BUCKETS_AT_ONCE = 1_024;

const COUNT = createRedisScript(`
local entries = 0
for _, key in ipairs(KEYS) do entries = entries + redis.call("HLEN", key) end
return entries`);

/**
 * Counts how many entries the suppression list has. The list has no such number of its own: the hashes that it is spread over
 * are asked for their sizes, piece by piece, and only where it has changed since.
 *
 * @param atMostEveryMs - a list that changes all the time is counted this often, in milliseconds. @default 60000
 */
export function createEntryCount(
  { redis, prefix }: { readonly redis: Redis | Cluster; readonly prefix: string },
  { atMostEveryMs = 60_000 }: { readonly atMostEveryMs?: number } = {},
): EntryCount {
  let known: { readonly head: string; readonly entries: number; readonly at: number } | null = null;
  return async () => {
    const at = performance.now();
    if (known !== null && at - known.at < atMostEveryMs) return known.entries;
    const head = (await redis.get(listKeys(prefix).head)) ?? "";
    const entries = known?.head === head ? known.entries : await countAll(redis, prefix);
    known = { head, entries, at };
    return entries;
  };
}

async function countAll(redis: Redis | Cluster, prefix: string): Promise<number> {
  let entries = 0;
  for (let from = 0; from < BUCKETS; from += BUCKETS_AT_ONCE) {
    const length = Math.min(BUCKETS_AT_ONCE, BUCKETS - from);
    const keys = Array.from({ length }, (_, offset) => bucketKey(prefix, from + offset));
    entries += Number(await COUNT.run(redis, keys, []));
  }
  return entries;
}
