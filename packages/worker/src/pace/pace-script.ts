/**
 * Reserves the time of one request in a region's pace, by Redis's clock, for all processes together.
 *
 * It is GCRA, the leaky bucket as a clock: `tat` is the time until which the rate is used up. A request of a cost moves it
 * on by the cost over the rate, and goes out when it was reached. It never lies further back than a tolerance, so that a
 * region that was idle has saved nothing up: there is no burst at the start, nor at a window's edge.
 *
 * The rate is kept at 0.985 of what is set: what is between that and 1.02 is room for requests that come late and together,
 * because a process or the network was slow for a moment.
 *
 * After a rest the first requests keep a little more distance, 100 ms between them all: processes that have just begun
 * deliver their first requests up to 150 ms late, close to those that follow (measured).
 *
 * An urgent request has a second clock that runs at its share of the rate, and takes whichever is earlier. The first clock
 * moves on all the same, so that everything together stays within the rate.
 *
 * When the rate is used up for longer than a moment, the queue is held, by BullMQ's own key: workers that pick up jobs
 * only to put them back would do so a hundred times a second. It never shortens the hold of a back-off. While something
 * waits that goes before parts, the queue is not held for longer than workers take to notice that a hold was lifted, or a
 * second where nothing but an urgent send could go anyway.
 *
 * Keys: the pace, the limits, and of the queue: meta, wait, prioritized, active, limiter; the mark of a hold for the pace.
 * Arguments: the cost, the longest wait in ms, whether it is urgent, whether it makes room for jobs that go before it.
 * @returns what was decided, and the wait in ms: `reserved`; `later`, `paused` and `yield` have reserved nothing
 */
export const RESERVE = `
local TOLERANCE, URGENT_BURST, SANE, IDLE, COLD = 20, 25, 60000, 1000, 100
local AHEAD, AHEAD_OF_OTHERS, NOTICED, SLOW = 100, 500, 100, 1000
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local meta = redis.call("HMGET", KEYS[3], "paused", "concurrency")
if meta[1] then return { "paused", 0 } end
local waiting = redis.call("LLEN", KEYS[4])
if ARGV[4] == "1" and waiting > 0 and meta[2] and redis.call("LLEN", KEYS[6]) >= tonumber(meta[2]) then
  return { "yield", 0 }
end
local set = redis.call("HMGET", KEYS[2], "rate", "default_rate", "urgent_share", "default_urgent_share")
local rate = tonumber(set[1] or set[2] or "none")
if not rate or rate <= 0 then return { "reserved", 0 } end
local per_ms = rate * 0.985 / 1000
local share = tonumber(set[3] or set[4] or 0.1) or 0.1
local cost = tonumber(ARGV[1]) / per_ms

local pace = redis.call("HMGET", KEYS[1], "tat", "urgent", "per_ms", "span", "cold")
local tat, urgent = tonumber(pace[1] or 0), tonumber(pace[2] or 0)
local factor = pace[3] and tonumber(pace[3]) / per_ms or 1
if factor ~= 1 and tat > now then tat = now + (tat - now) * factor end
if factor ~= 1 and urgent > now then urgent = now + (urgent - now) * factor end
local span = tat > now and tonumber(pace[4] or 0) * factor or 0
if span > 0 and tat > now + SANE + 10 * span then tat, span = now, 0 end

local start = math.max(tat, now - TOLERANCE)
local wait = math.max(0, start - now)
if ARGV[3] == "1" and share > 0 then
  local from = math.max(urgent, now)
  local burst = math.max(0, URGENT_BURST * per_ms - 1) / (share * per_ms)
  local own = math.max(0, from - burst - now)
  if own < wait then
    wait = own
    if wait <= tonumber(ARGV[2]) then urgent = from + cost / share end
  end
end

local decided = "later"
if wait <= tonumber(ARGV[2]) then
  decided = "reserved"
  local cold = now - tat > IDLE and COLD or tonumber(pace[5] or 0)
  local distance = math.min(cold, 2 * cost)
  tat = start + cost + distance
  redis.call("HSET", KEYS[1], "tat", string.format("%.4f", tat), "urgent", string.format("%.4f", urgent),
    "per_ms", string.format("%.17g", per_ms), "span", string.format("%.4f", math.max(span, cost)),
    "cold", string.format("%.4f", cold - distance))
  redis.call("PEXPIRE", KEYS[1], math.ceil(math.max(tat, urgent) - now) + SANE)
end

local is_held = redis.call("EXISTS", KEYS[8]) == 1
local backs_off = not is_held and tonumber(redis.call("GET", KEYS[7]) or 0) >= 1e9
local hold = math.floor(tat - now - AHEAD)
if waiting > 0 then hold = math.min(hold > SLOW and SLOW or NOTICED, math.floor(tat - now - AHEAD_OF_OTHERS))
elseif redis.call("ZCARD", KEYS[5]) == 0 then hold = 0 end
if not backs_off and hold > 5 and (waiting > 0 or redis.call("PTTL", KEYS[8]) < hold) then
  redis.call("SET", KEYS[7], "9007199254740991", "PX", hold)
  redis.call("SET", KEYS[8], "1", "PX", hold)
elseif is_held and hold <= 5 and waiting > 0 then
  redis.call("DEL", KEYS[7], KEYS[8])
end
return { decided, math.ceil(wait) }`;
