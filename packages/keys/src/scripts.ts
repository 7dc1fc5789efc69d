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

/**
 * Keys: the recipients of a key on a day. Values: how many more, how many there may be, when it is forgotten, in milliseconds since
 * 1970.
 *
 * @returns how many would be left; less than 0, and nothing is taken, where they are too many
 */
export const RESERVE = createRedisScript(`
local left = tonumber(ARGV[2]) - tonumber(redis.call("GET", KEYS[1]) or "0") - tonumber(ARGV[1])
if left < 0 then return left end
redis.call("INCRBY", KEYS[1], ARGV[1])
redis.call("PEXPIREAT", KEYS[1], ARGV[3])
return left`);

/** Keys: as {@link RESERVE}. Values: how many are given back. */
export const GIVE_BACK = createRedisScript(`
local taken = tonumber(redis.call("GET", KEYS[1]) or "0")
if taken > 0 then redis.call("DECRBY", KEYS[1], math.min(taken, tonumber(ARGV[1]))) end
return 1`);
