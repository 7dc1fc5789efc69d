import { paceHoldKey } from "@volley/contract";
import type { QueueAccess } from "./queue-access.ts";

/** Keys: the mark of a hold for the pace, BullMQ's key of a hold. The hold of a back-off has no mark. */
const LIFT = `
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("DEL", KEYS[1], KEYS[2])
return 1`;

/**
 * Lets workers pick up jobs of a region that is held for its pace alone, so that an urgent send does not wait for the hold
 * to end. A region that backs off stays held. Call it after the send was added; no trouble here is an error.
 */
export async function liftPaceHold({ link, prefix, queueOf }: QueueAccess, region: string): Promise<void> {
  const lift = async (): Promise<unknown> => {
    return link.connection.eval(LIFT, 2, paceHoldKey(prefix, region), queueOf(region).toKey("limiter"));
  };
  await link.run(lift).catch(() => {});
}
