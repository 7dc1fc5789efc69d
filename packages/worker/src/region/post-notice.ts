import { noticeSinceKey } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** What is said about a region, and for how long; `null` takes back what was said. */
type Notice = { readonly notice: string | null; readonly forMs: number; readonly now: Date };

/** A trouble that comes again within so long after its notice is the same one still, in milliseconds. */
const SAME_MS = 10_000;

/**
 * Keys: the notice, since when. Arguments: the notice, how long, the time now, how long that is remembered. Whoever says
 * it first says since when; the others, and those who say it again, keep that.
 */
const POST = `
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
if not redis.call("SET", KEYS[2], ARGV[3], "NX", "PX", ARGV[4]) then redis.call("PEXPIRE", KEYS[2], ARGV[4]) end`;

/** Says why a region waits, for people and for other processes. @param key - of the notice */
export async function postNotice(redis: Redis | Cluster, key: string, { notice, forMs, now }: Notice): Promise<void> {
  const since = noticeSinceKey(key);
  if (notice === null) {
    await redis.del(key, since);
    return;
  }
  const ttlMs = Math.max(1, Math.ceil(forMs));
  await redis.eval(POST, 2, key, since, notice, ttlMs, now.toISOString(), ttlMs + SAME_MS);
}
