import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { LISTED_S, type Place } from "../terms/keys.ts";
import { readAgainKey } from "./poll-keys.ts";

/** A process that starts wants nothing read again that was read so shortly before, in milliseconds: many start together. */
const FRESH_MS = 5 * 60 * 1_000;

/**
 * Keys: what is known of the last reading. Values: how long it is kept. Notes that somebody wants another one.
 */
const ASK = createRedisScript(`
local now = redis.call("TIME")
redis.call("HSET", KEYS[1], "wanted", now[1] * 1000 + math.floor(now[2] / 1000))
return redis.call("EXPIRE", KEYS[1], ARGV[1])`);

/** Keys: the same. Answers which Redis process answers, nothing where it does not say, what time it is, and what is known. */
const LOOK = createRedisScript(`
local function field(section, name)
  local info = redis.pcall("INFO", section)
  return type(info) == "string" and string.match(info, name .. ":(%S+)") or nil
end
local now = redis.call("TIME")
local known = redis.call("HMGET", KEYS[1], "by", "at", "wanted")
return { field("replication", "master_replid") or field("server", "run_id") or "",
  string.format("%.0f", now[1] * 1000 + math.floor(now[2] / 1000)), known[1] or "", known[2] or "0", known[3] or "0" }`);

/** A reading that is due. */
export type DueReading = {
  /** Whether Redis may have forgotten something since the last one. */
  readonly isLost: boolean;
  /** Notes that it was made. */
  readonly done: () => Promise<void>;
};

/**
 * Asks for another reading for the sake of this process, which has just started. It is due then, and whenever another Redis
 * process answers than at the last one, also after a failover that has taken the note of that with it; where Redis does not
 * say who it is, whenever the connection was lost.
 *
 * @returns tells what is due, nothing for nothing
 */
export function askAgain(redis: Redis | Cluster, place: Place): () => Promise<DueReading | null> {
  const key = readAgainKey(place);
  let [losses, readLosses] = [0, 0];
  redis.on("close", () => void (losses += 1));
  const ask = async (): Promise<unknown> => ASK.run(redis, [key], [LISTED_S]);
  let asking: Promise<unknown> | null = ask();
  asking.catch(() => {});
  return async () => {
    if (asking !== null) await asking.catch(ask);
    asking = null;
    const lossesBefore = losses;
    const answer = (await LOOK.run(redis, [key], [])) as string[];
    const [identity = "", now = "", by = "", at = "", wanted = ""] = answer.map(String);
    const isLost = by === "" || (identity === "" ? losses > readLosses : identity !== by);
    if (!isLost && Number(wanted) - Number(at) < FRESH_MS) return null;
    return {
      isLost,
      done: async () => {
        readLosses = lossesBefore;
        await redis.hset(key, { by: identity === "" ? "unknown" : identity, at: now });
        await redis.expire(key, LISTED_S);
      },
    };
  };
}
