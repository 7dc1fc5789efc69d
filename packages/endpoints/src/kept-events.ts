import { eventsKey, writtenAt } from "@volley/receipts";
import type { EndpointPlace } from "./store.ts";

/** How far the stream of events reaches back. */
export type KeptEvents = {
  /** When the oldest event came that is kept; `null` where there is none. */
  readonly oldestAt: Date | null;
  /** Whether older ones have been dropped, as far as Redis tells: before Redis 7 it does not, and it counts as yes. */
  readonly isCut: boolean;
};

export async function readKeptEvents({ redis, prefix }: EndpointPlace): Promise<KeptEvents> {
  const key = eventsKey(prefix);
  if ((await redis.exists(key)) === 0) return { oldestAt: null, isCut: false };
  const [info, [oldest]] = await Promise.all([redis.xinfo("STREAM", key), redis.xrange(key, "-", "+", "COUNT", 1)]);
  const value = (name: string): unknown => (Array.isArray(info) ? info[info.indexOf(name) + 1] : undefined);
  const isWhole = Array.isArray(info) && info.includes("entries-added") && value("entries-added") === value("length");
  return { oldestAt: oldest === undefined ? null : writtenAt(oldest[0]), isCut: !isWhole };
}
