import { LIMITS, limitsKey, readLimits, readTime, recipientsPerSecond } from "@volley/contract";
import { queueKey, type RegionPlace } from "./place.ts";

/** A long send whose parts are on their way. */
type LongSend = {
  /** Recipients whom it has still to reach, at most. */
  readonly left: number;
  /** Nothing of it is sent before. */
  readonly from: number;
  readonly expireAt: number;
};

/** Long sends that are looked at: those that were planned first. */
const MOST_SENDS = 100;

/** How much of their data is looked into. What is not is in the way of others and never late itself. */
const MOST_BYTES = 400_000;

/**
 * Keys: the sends whose parts are on their way, the region's limits. Arguments: the beginning of a job's key, the most sends
 * and bytes to be looked at.
 *
 * The data are not decoded: a quote inside a text is escaped, so that no text looks like a field.
 */
const READ = `
local answer, budget = { redis.call("HGETALL", KEYS[2]) }, tonumber(ARGV[3])
for _, id in ipairs(redis.call("ZRANGE", KEYS[1], 0, ARGV[2] - 1)) do
  local key = ARGV[1] .. id
  local bytes, data = redis.call("HSTRLEN", key, "data"), ""
  if bytes <= budget then
    budget = budget - bytes
    data = redis.call("HGET", key, "data") or ""
  end
  table.insert(answer, {
    redis.call("SCARD", key .. ":dependencies"), redis.call("HGET", key, "timestamp") or "",
    string.match(data, '"send_at":"([^"]*)"') or "", string.match(data, '"expire_at":"([^"]*)"') or "", #data,
  })
end
return answer`;

/**
 * About how many of the long sends under way end after their `expire_at` if their region sends at its limits from now
 * on: whoever of them is left then is not sent to. Long sends take turns part by part, so each of the others is in the way
 * with as many recipients as itself has left, at most.
 *
 * @returns 0 also where nobody knows how fast the region is
 */
export async function countLateSends(place: RegionPlace, now: Date): Promise<number> {
  const { redis, prefix, region } = place;
  const keys = [queueKey(place, "waiting-children"), limitsKey(prefix, region)];
  const answer: unknown = await redis.eval(READ, keys.length, ...keys, queueKey(place, ""), MOST_SENDS, MOST_BYTES);
  const [stored, ...read] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const { limits, requestMs } = readLimits(stored);
  const perSecond = recipientsPerSecond(limits, requestMs);
  if (perSecond === null) return 0;
  const sends = read.map((each) => sendOf(Array.isArray(each) ? each.map(String) : []));
  return sends.filter((send) => {
    const before = sends.reduce((sum, { left }) => sum + Math.min(left, send.left), 0);
    return Math.max(now.getTime(), send.from) + (1_000 * before) / perSecond > send.expireAt;
  }).length;
}

function sendOf([parts, timestamp, sendAt = "", expireAt = "", bytes]: readonly string[]): LongSend {
  const from = readTime(sendAt)?.getTime() ?? Number(timestamp);
  const expiry = readTime(expireAt)?.getTime() ?? from + LIMITS.expiryMs;
  // Of one that was not looked into nobody knows.
  return {
    left: Number(parts) * LIMITS.recipientsPerBatch,
    from,
    expireAt: bytes === "0" ? Number.POSITIVE_INFINITY : expiry,
  };
}
