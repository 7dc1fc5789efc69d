import { createRedisScript, regionSuspensionKey } from "@volley/contract";
import { eventsKey, outboxKey, STREAMS, suspendedKey, suspensionIds } from "@volley/receipts";
import type { RegionContext } from "./region-context.ts";

/**
 * Tells once, over all processes, that a region is suspended, or is so no longer: what was told last is compared with whether the
 * notice of the suspension is there.
 *
 * Keys: the notice, the hash of what was told, the stream of events, the hash about it. Values: the region, the time, the IDs of the
 * events by which a suspension of that time begins and ends, bytes and milliseconds of the events.
 */
const TELL = createRedisScript(`
local function write(...) redis.call(...) end
${STREAMS}
local region, now, began, ends, bytes, ms = unpack(ARGV)
local notice, told = redis.call("GET", KEYS[1]), redis.call("HGET", KEYS[2], region)
if (notice and told) or not (notice or told) then return 0 end
local events = openStream(KEYS[3], KEYS[4], bytes)
if notice then
  redis.call("HSET", KEYS[2], region, now .. " " .. ends)
  append(events, "id", began, "type", "region.suspended", "at", now, "region", region, "data", cjson.encode({ reason = notice }))
else
  local since, id = string.match(told, "^(%S+) (%S+)$")
  redis.call("HDEL", KEYS[2], region)
  append(events, "id", id, "type", "region.recovered", "at", now, "region", region, "data", cjson.encode({ suspended_at = since }))
end
trim(events, tonumber(ms))
return 1`);

/** Looks whether something about a suspension is to be told, and tells it. */
export async function tellSuspension({
  redis,
  prefix,
  region,
  keepEvents,
  now,
}: Pick<RegionContext, "redis" | "prefix" | "region" | "keepEvents" | "now">): Promise<void> {
  const at = now();
  const { suspended, recovered } = suspensionIds(region, at);
  const keys = [regionSuspensionKey(prefix, region), suspendedKey(prefix), eventsKey(prefix), outboxKey(prefix)];
  await TELL.run(redis, keys, [region, at.toISOString(), suspended, recovered, keepEvents.bytes, keepEvents.ageMs]);
}
