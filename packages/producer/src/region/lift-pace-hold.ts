import { LIFT_PACE_HOLD, paceHoldKey } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";

/**
 * Lets workers pick up jobs of a region that is held for its pace alone, so that an urgent send does not wait for the hold
 * to end. A region that backs off stays held. Call it after the send was added; no trouble here is an error.
 */
export async function liftPaceHold({ link, prefix, queueOf }: QueueAccess, region: string): Promise<void> {
  const lift = async (): Promise<unknown> => {
    return link.connection.eval(LIFT_PACE_HOLD, 2, paceHoldKey(prefix, region), queueOf(region).toKey("limiter"));
  };
  await link.run(lift).catch(() => {});
}
