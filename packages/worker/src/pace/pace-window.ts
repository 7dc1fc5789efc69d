/**
 * Counts a request among those of the last 5 s, right before it is sent, unless there would be too many.
 *
 * A turn that was reserved may be taken late: on a machine that is short of time a process wakes up 100 ms after its turn,
 * together with others whose turns were in between. What was reserved is smooth, what is sent is not, so that is looked at
 * once more where it happens. An urgent request always goes, and counts.
 *
 * Keys: the window, the limits. Arguments: the cost, whether it is urgent.
 * @returns 1 when it may be sent, 0 when its turn is lost
 */
export const COUNT_IN_WINDOW = `
local BUCKET, BUCKETS, MOST = 50, 100, 1.015
local set = redis.call("HMGET", KEYS[2], "rate", "default_rate")
local rate = tonumber(set[1] or set[2] or "none")
if not rate or rate <= 0 then return 1 end
local time = redis.call("TIME")
local bucket = math.floor((time[1] * 1000 + time[2] / 1000) / BUCKET)
local cost = tonumber(ARGV[1])

local window = redis.call("HMGET", KEYS[1], "sum", "oldest", "rate")
local sum, oldest = tonumber(window[1] or 0), tonumber(window[2] or bucket)
if window[3] ~= tostring(rate) or oldest > bucket or bucket - oldest > 10 * BUCKETS then
  redis.call("DEL", KEYS[1])
  sum, oldest = 0, bucket
end
for gone = oldest, bucket - BUCKETS - 1 do
  local value = redis.call("HGET", KEYS[1], gone)
  if value then
    sum = sum - tonumber(value)
    redis.call("HDEL", KEYS[1], gone)
  end
end
oldest = math.max(oldest, bucket - BUCKETS)

local in_window = rate * BUCKET * BUCKETS / 1000
local most = in_window * MOST + math.max(0, cost - in_window * 0.01)
local goes = ARGV[2] == "1" or sum + cost <= most
if goes then
  sum = sum + cost
  redis.call("HINCRBY", KEYS[1], bucket, cost)
end
redis.call("HSET", KEYS[1], "sum", sum, "oldest", oldest, "rate", tostring(rate))
redis.call("PEXPIRE", KEYS[1], 2 * BUCKET * BUCKETS)
return goes and 1 or 0`;
