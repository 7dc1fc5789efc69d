import type { Cluster, Redis } from "ioredis";
import { withoutPacked } from "./pack-people.ts";

/** Keys: a batch. Values: its people as they were read, and without somebody. */
const REPLACE = `
if redis.call("HGET", KEYS[1], "people") ~= ARGV[1] then return 0 end
redis.call("HSET", KEYS[1], "people", ARGV[2])
return 1`;

/**
 * Takes a number out of whom batches have reached.
 *
 * @param key - of `reachedPersonKey` or `reachedBatchKey`, with what stands behind the region in it
 * @returns whether it was there
 */
export async function forgetReached(
  redis: Redis | Cluster,
  key: string,
  wanted: { readonly sender: string; readonly whom: string; readonly number: string; readonly isDry: boolean },
): Promise<boolean> {
  const { sender, whom, number, isDry } = wanted;
  if (sender !== "batch") {
    if (whom !== number) return false;
    return (isDry ? await redis.exists(key) : await redis.unlink(key)) === 1;
  }
  const people = await redis.hget(key, "people");
  const left = people === null ? null : withoutPacked(people, number);
  if (people === null || left === null) return false;
  return isDry || (await redis.eval(REPLACE, 1, key, people, left)) === 1;
}
