import { noticeSinceKey, pausedSinceKey, regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import { queueKey, type RegionPlace } from "./place.ts";

/** Since when a region and its jobs wait, over all processes. */
export type RegionWaits = {
  /** Somebody has paused it; `null` while nobody has, the time of the look where nobody has written it down. */
  readonly pausedSince: Date | null;
  /** The provider refuses its set-up, or cannot be reached with it. */
  readonly suspendedSince: Date | null;
  /** It backs off from a provider in trouble. */
  readonly heldSince: Date | null;
  /** Since when the job waits that has waited for longest; `null` where none waits. */
  readonly oldestJobSince: Date | null;
};

/** Waiting jobs that are looked at: those that are next, of each of the two ways in which BullMQ keeps them. */
const MOST_JOBS = 100;

/**
 * Keys: the queue's meta, then since when it is paused, the suspension and since when, the back-off and since when, the
 * waiting jobs and those with a priority. Arguments: the beginning of a job's key, the most jobs to be looked at.
 *
 * A job waits since it was put on the queue, or its delay was over; since its last pick-up where it had one. One that was
 * held for its time has waited for nobody.
 */
const READ = `
local notices = redis.call("MGET", KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
local oldest = ""
local function look(id)
  local key = ARGV[1] .. id
  local job = redis.call("HMGET", key, "timestamp", "processedOn", "opts", "progress")
  if not job[1] or string.find(job[4] or "", '"code":"send_at"', 1, true) then return end
  local delay = string.match(job[3] or "", '"delay":(%d+)') or 0
  local since = math.max(tonumber(job[1]) + tonumber(delay), tonumber(job[2] or 0))
  if oldest == "" or since < tonumber(oldest) then oldest = string.format("%.0f", since) end
end
for _, id in ipairs(redis.call("LRANGE", KEYS[7], -ARGV[2], -1)) do look(id) end
for _, id in ipairs(redis.call("ZRANGE", KEYS[8], 0, ARGV[2] - 1)) do look(id) end
return { redis.call("HEXISTS", KEYS[1], "paused"), oldest, unpack(notices) }`;

/** Reads since when a region waits. One question of Redis, whatever waits. */
export async function readRegionWaits(place: RegionPlace, now: Date): Promise<RegionWaits> {
  const { redis, prefix, region } = place;
  const [suspension, backOff] = [regionSuspensionKey(prefix, region), regionNoticeKey(prefix, region)];
  const notices = [suspension, backOff].flatMap((key) => [key, noticeSinceKey(key)]);
  const lists = [queueKey(place, "wait"), queueKey(place, "prioritized")];
  const keys = [queueKey(place, "meta"), pausedSinceKey(prefix, region), ...notices, ...lists];
  const answer: unknown = await redis.eval(READ, keys.length, ...keys, queueKey(place, ""), MOST_JOBS);
  const [isPaused, oldest, pausedSince, suspended, suspendedSince, held, heldSince] = Array.isArray(answer)
    ? (answer as unknown[])
    : [];
  return {
    pausedSince: isPaused === 1 ? timeOf(pausedSince, now) : null,
    suspendedSince: suspended ? timeOf(suspendedSince, now) : null,
    heldSince: held ? timeOf(heldSince, now) : null,
    oldestJobSince: oldest ? timeOf(Number(oldest), now) : null,
  };
}

/** No clock is that of another machine: what seems to lie ahead is now. */
function timeOf(written: unknown, now: Date): Date {
  const ms = typeof written === "number" ? written : Date.parse(String(written));
  return Number.isNaN(ms) || ms > now.getTime() ? now : new Date(ms);
}
