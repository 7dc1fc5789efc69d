import { randomUUID } from "node:crypto";
import { processesKey, refusedProcessesKey } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** The processes that have a region, this one too. */
type Peers = {
  readonly processes: number;
  /** Those of them whose set-up the provider refuses. */
  readonly refused: number;
};

/** What the processes of a region know of each other. */
export type RegionPeers = {
  /** Says that this process has the region, and whether the provider refuses it. @returns all who have it now */
  readonly say: (isRefused: boolean) => Promise<Peers>;
  /** Takes this process off the list. It says nothing more. */
  readonly leave: () => Promise<void>;
};

/** How often a process says that it is there, in milliseconds. */
export const SAY_INTERVAL_MS = 2_000;

/** Whoever has said nothing for so long has died, in milliseconds. */
const FORGOTTEN_AFTER_MS = 5 * SAY_INTERVAL_MS;

/**
 * By Redis' clock, since no two machines' clocks are compared.
 *
 * Keys: the processes, those that are refused, both with the time of their end. Arguments: the process, whether it is
 * refused, how long that holds. Answers with how many there are of each.
 */
const SAY = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = now + ARGV[3]
redis.call("ZADD", KEYS[1], ends, ARGV[1])
if ARGV[2] == "1" then redis.call("ZADD", KEYS[2], ends, ARGV[1]) else redis.call("ZREM", KEYS[2], ARGV[1]) end
for at, key in ipairs(KEYS) do
  redis.call("ZREMRANGEBYSCORE", key, "-inf", now)
  redis.call("PEXPIRE", key, ARGV[3])
end
return { redis.call("ZCARD", KEYS[1]), redis.call("ZCARD", KEYS[2]) }`;

/** The list of a region's processes, in Redis. Whoever dies leaves it after {@link FORGOTTEN_AFTER_MS}. */
export function createRegionPeers(redis: Redis | Cluster, prefix: string, region: string): RegionPeers {
  const id = randomUUID();
  const keys = [processesKey(prefix, region), refusedProcessesKey(prefix, region)] as const;
  let hasLeft = false;
  return {
    say: async (isRefused) => {
      if (hasLeft) return { processes: 0, refused: 0 };
      const answer: unknown = await redis.eval(SAY, 2, ...keys, id, isRefused ? "1" : "0", FORGOTTEN_AFTER_MS);
      const [processes, refused] = Array.isArray(answer) ? answer.map(Number) : [];
      return { processes: processes ?? 1, refused: refused ?? 0 };
    },
    leave: async () => {
      hasLeft = true;
      await Promise.all(keys.map(async (key) => redis.zrem(key, id)));
    },
  };
}
