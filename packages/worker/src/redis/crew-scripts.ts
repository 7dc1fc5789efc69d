/** A process that has not shown itself for so long, in milliseconds, does not belong to the crew any more. */
const SILENT_MS = 3_000;

/** Writes of processes that are gone are of no use; beyond so many they are dropped. */
const MOST_WRITES = 1_000;

/** The longest time that the processes of the crew have to say what is lost, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Jobs that may have been handed over without a trace are asked about for so long, in seconds: longer than most sends live. */
const LOST_SECONDS = 14 * 24 * 60 * 60;

/** More of them than these are no list any more. */
const MOST_LOST = 100_000;

/** What time it is in Redis, in milliseconds, and how a number is written that is larger than an integer of Lua's. */
export const TIME = `
local function time()
  local now = redis.call("TIME")
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
local function written(number) return string.format("%.0f", number) end`;

/**
 * What is left where nobody can say what is lost: everything of before. An epoch begins whenever something was forgotten, and
 * a note of an epoch is a proof until the next one.
 *
 * `forget(known, asked, vouched, lost, now)`: everything that was enqueued before `now` may be forgotten. `ended(...)`: whether
 * everybody has been heard who was asked, or waiting longer is of no use.
 */
export const ROLL_CALL = `
local function forget(known, asked, vouched, now)
  redis.call("HSET", known, "forgotten_before", written(now))
  redis.call("HSET", known, "forgotten_epoch", redis.call("HINCRBY", known, "epoch", 1))
  redis.call("HDEL", known, "asked_at")
  redis.call("DEL", asked, vouched)
end
local function conclude(known, asked, vouched, asked_at, now)
  if redis.call("SCARD", asked) == 0 then
    redis.call("HDEL", known, "asked_at")
    redis.call("DEL", vouched)
  elseif now - asked_at > ${PATIENCE_MS} then forget(known, asked, vouched, now) end
end`;

/**
 * Shows that a process is alive, takes it into the crew once a member has shown itself after it had come, and drops those that
 * have been silent. Nothing of that while the crew is being asked what is lost.
 *
 * Keys: what is known, the crew, when each was seen, when each has come, the writes of each. Value: the process.
 * @returns the number of this write, whether it belongs to the crew, and whoever is there; nothing while the crew is asked
 */
export const BEAT = `${TIME}
local known, crew, seen, joined, writes, me = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1]
if redis.call("HEXISTS", known, "asked_at") == 1 then return { false } end
local now = time()
for _, silent in ipairs(redis.call("ZRANGEBYSCORE", seen, "-inf", written(now - ${SILENT_MS}))) do
  redis.call("ZREM", seen, silent)
  redis.call("SREM", crew, silent)
  redis.call("HDEL", joined, silent)
end
redis.call("ZADD", seen, written(now), me)
local own = redis.call("HINCRBY", writes, me, 1)
local is_member = redis.call("SISMEMBER", crew, me)
if is_member == 0 then
  redis.call("HSETNX", joined, me, written(now))
  local came = tonumber(redis.call("HGET", joined, me))
  for _, member in ipairs(redis.call("SMEMBERS", crew)) do
    local shown = tonumber(redis.call("ZSCORE", seen, member))
    if not shown then redis.call("SREM", crew, member)
    elseif shown > came then is_member = 1 end
  end
  if redis.call("SCARD", crew) == 0 then is_member = 1 end
  if is_member == 1 then
    redis.call("SADD", crew, me)
    redis.call("HDEL", joined, me)
  end
end
if redis.call("HLEN", writes) > ${MOST_WRITES} then
  for _, other in ipairs(redis.call("HKEYS", writes)) do
    if not redis.call("ZSCORE", seen, other) then redis.call("HDEL", writes, other) end
  end
end
return { { own, is_member, redis.call("ZRANGE", seen, 0, -1) } }`;

/**
 * Says which jobs a process may have handed over without a trace, and who was there since then.
 *
 * Keys: what is known, who is asked, who has answered, the writes of each, the jobs whose traces are lost. Values: which Redis
 * was asked, the process, its last write, who was there (JSON), the jobs (JSON), or nothing where it cannot say which.
 */
export const CONFESS = `${TIME}
${ROLL_CALL}
local known, asked, vouched, writes, lost = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local identity, me, own, members, jobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call("HGET", known, "identity") ~= identity then return { 0 } end
local now = time()
redis.call("HSET", writes, me, own)
if jobs == "" or redis.call("HLEN", lost) > ${MOST_LOST} then
  forget(known, asked, vouched, now)
  return { 1 }
end
local list = cjson.decode(jobs)
if #list > 0 then
  local epoch = redis.call("HINCRBY", known, "epoch", 1)
  for _, job in ipairs(list) do redis.call("HSET", lost, job, written(now) .. ":" .. epoch) end
  redis.call("EXPIRE", lost, ${LOST_SECONDS})
end
local asked_at = tonumber(redis.call("HGET", known, "asked_at"))
if asked_at then
  redis.call("SADD", vouched, me)
  redis.call("SREM", asked, me)
  for _, member in ipairs(cjson.decode(members)) do
    if redis.call("SISMEMBER", vouched, member) == 0 then redis.call("SADD", asked, member) end
  end
  conclude(known, asked, vouched, asked_at, now)
end
return { 1 }`;

/** Keys: the crew, when each was seen, when each has come, the writes of each. Value: the process that leaves. */
export const LEAVE = `
redis.call("SREM", KEYS[1], ARGV[1])
redis.call("ZREM", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])`;
