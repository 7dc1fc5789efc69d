import { FIRST_EVENTS, readNextAt } from "@volley/receipts";
import { cursorKey, leaseKey } from "../terms/keys.ts";
import type { EventsPlace } from "../terms/relay-options.ts";

/** Whose lag is asked for. */
export type AskedSinks = {
  readonly always: readonly string[];
  /** Only while a process feeds them: what nobody feeds any more is not behind. */
  readonly whileFed: readonly string[];
};

/** How long ago the oldest event was written that a sink has not taken, in milliseconds, by sink; 0 where it has all. */
export async function readLags(
  place: EventsPlace,
  { always, whileFed }: AskedSinks,
): Promise<ReadonlyMap<string, number>> {
  const isFed = async (sink: string): Promise<boolean> =>
    (await place.redis.exists(leaseKey(place.prefix, sink))) === 1;
  const fed = await Promise.all(whileFed.map(isFed));
  const sinks = [...always, ...whileFed.filter((_, at) => fed[at])];
  return new Map(await Promise.all(sinks.map(async (sink) => [sink, await readLagMs(place, sink)] as const)));
}

async function readLagMs({ redis, prefix }: EventsPlace, sink: string): Promise<number> {
  const cursor = await redis.get(cursorKey(prefix, sink));
  const nextAt = await readNextAt(redis, prefix, cursor ?? FIRST_EVENTS);
  return nextAt === null ? 0 : Math.max(0, Date.now() - nextAt.getTime());
}
