import { paceHoldKey } from "@volley/contract";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";

/**
 * Keys: BullMQ's key of a hold, the mark of a hold for the pace. Argument: how long, in milliseconds. BullMQ keeps a mere
 * counter of pick-ups under the same key, with a second to live: that is no hold.
 */
const HOLD = `
local is_held = tonumber(redis.call("GET", KEYS[1]) or 0) >= 1e9
if not is_held or redis.call("PTTL", KEYS[1]) < tonumber(ARGV[1]) then
  redis.call("SET", KEYS[1], "9007199254740991", "PX", ARGV[1])
end
redis.call("DEL", KEYS[2])`;

/**
 * Keeps every worker of a region from picking up jobs, for at least so long: a short wait of this process does not end
 * the long one of another. It is a back-off from now on, even where the queue was held for its pace alone.
 */
export async function holdQueue(
  redis: Redis | Cluster,
  { prefix, region, queue }: { readonly prefix: string; readonly region: string; readonly queue: Queue },
  delayMs: number,
): Promise<void> {
  await redis.eval(HOLD, 2, queue.toKey("limiter"), paceHoldKey(prefix, region), Math.max(1, Math.ceil(delayMs)));
}
