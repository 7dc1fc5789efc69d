import { FIRST_EVENTS, readNextAt } from "@volley/receipts";
import { cursorKey } from "../terms/keys.ts";
import type { EventsPlace } from "../terms/relay-options.ts";

/** How long ago the oldest event was written that a sink has not taken; 0 where it has all. */
export async function readLagMs({ redis, prefix }: EventsPlace, sink: string): Promise<number> {
  const cursor = await redis.get(cursorKey(prefix, sink));
  const nextAt = await readNextAt(redis, prefix, cursor ?? FIRST_EVENTS);
  return nextAt === null ? 0 : Math.max(0, Date.now() - nextAt.getTime());
}
