import { createRedisScript } from "@volley/contract";

/**
 * Keys: the records. Values: how many there may be, the ID, the record, then IDs of some that are no longer needed.
 *
 * @returns 0 where there are too many
 */
export const ADD = createRedisScript(`
if #ARGV > 3 then redis.call("HDEL", KEYS[1], unpack(ARGV, 4)) end
if redis.call("HLEN", KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
return redis.call("HSETNX", KEYS[1], ARGV[2], ARGV[3])`);

/** Keys: the records. Values: the ID, the record as it was, and as it is to be. @returns 0 where it is another one by now */
export const CHANGE = createRedisScript(`
if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1`);

/**
 * Keys: the requests of a key within its minute, which begins with the first of them. Values: how many it may make, and how long a
 * minute is, in milliseconds.
 *
 * @returns how many it has made with this one, and when the minute ends, in milliseconds
 */
export const COUNT_REQUEST = createRedisScript(`
local used = tonumber(redis.call("GET", KEYS[1]) or "0") + 1
local left = redis.call("PTTL", KEYS[1])
if left > 0 then
  if used <= tonumber(ARGV[1]) then redis.call("INCR", KEYS[1]) end
  return {used, left}
end
redis.call("SET", KEYS[1], 1, "PX", ARGV[2])
return {1, tonumber(ARGV[2])}`);

/** The most that any try of a request has taken: all of them are for the same recipients. */
const TAKEN = `
local function taken()
  local most = 0
  for _, one in ipairs(redis.call("HVALS", KEYS[2])) do most = math.max(most, tonumber(one)) end
  return most
end`;

/**
 * Keys: the recipients of a key on a day, and what the tries of one request have taken of them. Values: the try, how many it needs in
 * all, how many there may be on the day, when both are forgotten, in milliseconds since 1970.
 *
 * @returns how many would be left, and how many more were needed; less than 0 are left, and nothing is taken, where they are too many
 */
export const TAKE = createRedisScript(`${TAKEN}
local more = math.max(0, tonumber(ARGV[2]) - taken())
local left = tonumber(ARGV[3]) - tonumber(redis.call("GET", KEYS[1]) or "0") - more
if left < 0 and more > 0 then return {left, more} end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("PEXPIREAT", KEYS[2], ARGV[4])
redis.call("INCRBY", KEYS[1], more)
redis.call("PEXPIREAT", KEYS[1], ARGV[4])
return {left, more}`);

/** Keys: as {@link TAKE}. Values: how many the request sends to, whatever its tries have taken, and when the day is forgotten. */
export const SETTLE = createRedisScript(`${TAKEN}
local more = tonumber(ARGV[1]) - taken()
redis.call("DEL", KEYS[2])
redis.call("INCRBY", KEYS[1], more)
redis.call("PEXPIREAT", KEYS[1], ARGV[2])
return 1`);

/** Keys: as {@link TAKE}. Values: the try that sends to nobody: what none of the others needs is given back. */
export const RELEASE = createRedisScript(`${TAKEN}
local before = taken()
redis.call("HDEL", KEYS[2], ARGV[1])
if before > 0 and redis.call("EXISTS", KEYS[1]) == 1 then redis.call("DECRBY", KEYS[1], before - taken()) end
return 1`);
