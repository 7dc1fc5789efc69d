import { paceHoldKey, queueName } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** Keys: the mark of a hold for the pace, BullMQ's key of a hold. The hold of a back-off has no mark. */
const LIFT = `
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("DEL", KEYS[1], KEYS[2])
return 1`;

/**
 * Lets workers pick up jobs of a region that is held for its pace alone, so that an urgent send does not wait for the hold
 * to end. A region that backs off stays held. Call it after the send was added.
 *
 * @returns whether there was such a hold
 */
export async function liftPaceHold(redis: Redis | Cluster, prefix: string, region: string): Promise<boolean> {
  const limiter = `${prefix}:${queueName(region)}:limiter`;
  return (await redis.eval(LIFT, 2, paceHoldKey(prefix, region), limiter)) === 1;
}
