import { createRedisScript } from "@volley/contract";
import type { RegionPlace } from "../look/place.ts";
import { MINUTES, type MinuteOutcome, minutesKey, OUTCOMES, waitingKeys } from "./minutes-key.ts";

/** Without a worker for so long, nothing is known of the last hour. In milliseconds. */
const KEPT_MS = 2 * 60 * 60_000;

/**
 * Keys: the region's minutes, the jobs that wait, those with a priority. Values: the beginning of a job's key, minutes of the ring,
 * how long it is kept, then what has come since the last time: recipients, requests by outcome.
 *
 * A field is the minute, recipients, requests by outcome, then how many jobs wait and how long the next one has, of which the most
 * in the minute counts. By Redis' clock, which all processes share.
 */
const WRITE = createRedisScript(`
local now = redis.call("TIME")
local minute = math.floor(tonumber(now[1]) / 60)
local slot, values = tostring(minute % tonumber(ARGV[2])), {}
local kept = redis.call("HGET", KEYS[1], slot) or ""
for value in string.gmatch(kept, "%d+") do table.insert(values, tonumber(value)) end
local count = #ARGV - 3
if values[1] ~= minute then
  values = { minute }
  for at = 2, count + 3 do values[at] = 0 end
end
for at = 1, count do values[at + 1] = (values[at + 1] or 0) + tonumber(ARGV[at + 3]) end
local waiting, since = redis.call("LLEN", KEYS[2]) + redis.call("ZCARD", KEYS[3]), 0
local id = redis.call("LINDEX", KEYS[2], -1) or redis.call("ZRANGE", KEYS[3], 0, 0)[1]
if id then
  local job = redis.call("HMGET", ARGV[1] .. id, "timestamp", "processedOn", "opts")
  local delay = string.match(job[3] or "", '"delay":(%d+)') or 0
  since = math.max((tonumber(job[1] or 0) or 0) + tonumber(delay), tonumber(job[2] or 0) or 0)
end
local late = since > 0 and math.max(0, math.floor(now[1] - since / 1000)) or 0
values[count + 2] = math.max(values[count + 2] or 0, waiting)
values[count + 3] = math.max(values[count + 3] or 0, late)
for at, value in ipairs(values) do values[at] = string.format("%.0f", value) end
redis.call("HSET", KEYS[1], slot, table.concat(values, " "))
redis.call("PEXPIRE", KEYS[1], ARGV[3])
return minute`);

/** What one process has done in a region, counted until it is written down. */
export type MinuteCounts = {
  /** One request to the provider came to an end. */
  readonly add: (outcome: MinuteOutcome, recipients: number) => void;
  /** Writes down what has come since the last time, and what waits now. One call. Where it fails, that is lost. */
  readonly write: () => Promise<void>;
};

/** Counts for one region. It holds numbers of how many, and nothing of anybody. */
export function countMinutes(place: RegionPlace): MinuteCounts {
  const requests = new Map<MinuteOutcome, number>();
  let recipients = 0;
  return {
    add: (outcome, count) => {
      requests.set(outcome, (requests.get(outcome) ?? 0) + 1);
      if (outcome === "accepted") recipients += count;
    },
    write: async () => {
      const counts = [recipients, ...OUTCOMES.map((outcome) => requests.get(outcome) ?? 0)];
      requests.clear();
      recipients = 0;
      const [list, set, job] = waitingKeys(place);
      await WRITE.run(place.redis, [minutesKey(place), list, set], [job, MINUTES, KEPT_MS, ...counts]);
    },
  };
}
