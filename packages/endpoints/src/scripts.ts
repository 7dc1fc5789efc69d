import { createRedisScript } from "@volley/contract";

/**
 * Keys: the set of IDs, the endpoint, the stream of events. Values: the ID, how many there may be, then fields and their values. It
 * begins behind the last event that there is.
 *
 * @returns 0 where there are too many
 */
export const ADD = createRedisScript(`
if redis.call("SCARD", KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
local last = redis.call("XREVRANGE", KEYS[3], "+", "-", "COUNT", 1)[1]
redis.call("SADD", KEYS[1], ARGV[1])
return redis.call("HSET", KEYS[2], "cursor", last and last[1] or "0-0", unpack(ARGV, 3))`);

/**
 * Keys: the endpoint. Values: a field and what it has to be (nothing: anything), then fields and their values; an empty one takes
 * the field away.
 *
 * @returns 0 where there is no such endpoint, or where the field is another
 */
export const CHANGE = createRedisScript(`
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
if ARGV[1] ~= "" and redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
for place = 3, #ARGV, 2 do
  if ARGV[place + 1] == "" then redis.call("HDEL", KEYS[1], ARGV[place])
  else redis.call("HSET", KEYS[1], ARGV[place], ARGV[place + 1]) end
end
return 1`);

/**
 * Keys: the endpoint, the stream of events, the hash about it. Values: the reason, since when, the ID, type and data of the event
 * that tells of it. State and event are one step.
 *
 * @returns 0 where there is no such endpoint, or where it is disabled already
 */
export const DISABLE = createRedisScript(`
if redis.call("HGET", KEYS[1], "state") ~= "enabled" then return 0 end
redis.call("HSET", KEYS[1], "state", "disabled", "reason", ARGV[1], "since", ARGV[2])
redis.call("XADD", KEYS[2], "*", "id", ARGV[3], "type", ARGV[4], "at", ARGV[2], "region", "", "data", ARGV[5])
redis.call("HINCRBY", KEYS[3], "bytes", #ARGV[3] + #ARGV[4] + #ARGV[2] + #ARGV[5])
return 1`);
