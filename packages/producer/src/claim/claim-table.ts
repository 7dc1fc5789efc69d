import { AUTO_REGION, cancelJobId, LIMITS, queueName, resolveJobId } from "@volley/contract";

/** Claims in one bucket before something is done about it. Redis packs a hash of up to 512. */
const FULL_BUCKET = 128;

/** A bucket that is too full is looked at with every so many claims that come into it, not with each. */
const CLAIMS_PER_LOOK = 8;

/** How often one bucket is looked through for what is to be forgotten, in milliseconds. */
const SWEEP_INTERVAL_MS = 100;

/** The characters of the unique part of a send's ID, of five bits each. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** Whether anything of a send is left that could still act or be read. */
const ACTS = `
local function is_there(keys)
  for first = 1, #keys, 1000 do
    if redis.call("EXISTS", unpack(keys, first, math.min(#keys, first + 999))) > 0 then return true end
  end
  return false
end
local function acts(region, id, recipients)
  local job = prefix .. ":${queueName("")}" .. region .. ":" .. id
  local canceled = prefix .. ":canceled:" .. region .. ":" .. id
  local keys = { job, canceled, job .. "${cancelJobId("")}", job .. "${resolveJobId("")}" }
  if recipients > ${LIMITS.recipientsPerBatch} then
    for part = 0, math.ceil(recipients / ${LIMITS.recipientsPerBatch}) - 1 do keys[#keys + 1] = job .. ".p" .. part end
  end
  return is_there(keys)
end
local function routed_key(unique) return prefix .. ":routed:${AUTO_REGION}-" .. unique end
local function stands(region, unique, tail)
  if region == "${AUTO_REGION}" then
    local children = redis.call("HGET", routed_key(unique), "children")
    for _, child in ipairs(children and cjson.decode(children) or {}) do
      if acts(child.region, child.id, child.recipients) then return true end
    end
    return false
  end
  local valid = string.match(tail, "^%d+,(%d+),")
  if valid then return acts(region, region .. "-" .. unique, tonumber(valid)) end
  return acts(region, region .. "-" .. tail, 0)
end`;

/** Which of a region's buckets a claim is in: there are any number of them, and one more moves the claims of one alone. */
const BUCKETS = `
local digit = {}
for at = 1, 32 do digit[string.byte("${DIGITS}", at)] = at - 1 end
local tables = {}
local function table_of(region)
  local found = tables[region]
  if not found then
    local key = prefix .. ":keys:" .. region
    found = { region = region, key = key, buckets = tonumber(redis.call("HGET", key, "buckets") or 1), power = 1 }
    while found.power * 2 <= found.buckets do found.power = found.power * 2 end
    tables[region] = found
  end
  return found
end
local function bucket_of(keys, unique)
  local a, b, c, d, e, f = string.byte(unique, -6, -1)
  local place = ((((digit[a] * 32 + digit[b]) * 32 + digit[c]) * 32 + digit[d]) * 32 + digit[e]) * 32 + digit[f]
  place = place % (keys.power * 2)
  if place >= keys.buckets then place = place - keys.power end
  return keys.key .. ":" .. place
end`;

/** Forgets what is to be forgotten. */
const FORGET = `
local function expires_of(value)
  local tail, expires = string.match(value, "^%S+ (%S+) (%x+)$")
  return tonumber(expires, 16), tail
end
local function forget(keys, bucket, unique)
  redis.call("HDEL", bucket, unique)
  if keys.region == "${AUTO_REGION}" then redis.call("UNLINK", routed_key(unique)) end
end
local function is_forgotten(keys, unique, value)
  local expires, tail = expires_of(value)
  return expires <= now and not stands(keys.region, unique, tail)
end
local function look_through(keys, bucket)
  local claims = redis.call("HGETALL", bucket)
  for at = 1, #claims, 2 do
    if is_forgotten(keys, claims[at], claims[at + 1]) then forget(keys, bucket, claims[at]) end
  end
end
local function forget_oldest(keys, bucket)
  local claims, old = redis.call("HGETALL", bucket), {}
  for at = 1, #claims, 2 do
    local expires, tail = expires_of(claims[at + 1])
    if not stands(keys.region, claims[at], tail) then old[#old + 1] = { claims[at], expires } end
  end
  table.sort(old, function(one, other) return one[2] < other[2] end)
  for at = 1, math.min(#old, #claims / 2 - full + ${CLAIMS_PER_LOOK}) do forget(keys, bucket, old[at][1]) end
end`;

/** Finds and keeps claims. */
const KEEP = `
local function split(keys)
  local bucket = keys.key .. ":" .. (keys.buckets - keys.power)
  keys.buckets = keys.buckets + 1
  if keys.buckets == keys.power * 2 then keys.power = keys.buckets end
  redis.call("HSET", keys.key, "buckets", keys.buckets)
  local claims = redis.call("HGETALL", bucket)
  for at = 1, #claims, 2 do
    local own = bucket_of(keys, claims[at])
    if own ~= bucket then
      redis.call("HDEL", bucket, claims[at])
      redis.call("HSET", own, claims[at], claims[at + 1])
    end
  end
end
local function unique_of(id) return string.sub(id, -20) end
local function find(region, id)
  local keys, unique = table_of(region), unique_of(id)
  local bucket = bucket_of(keys, unique)
  local value = redis.call("HGET", bucket, unique)
  if value and is_forgotten(keys, unique, value) then
    forget(keys, bucket, unique)
    return false
  end
  return value
end
local function keep(region, id, value, ttl, most)
  local keys, unique = table_of(region), unique_of(id)
  local bucket = bucket_of(keys, unique)
  redis.call("HSET", bucket, unique, value .. string.format(" %x", now + ttl))
  local excess = redis.call("HLEN", bucket) - full
  if excess <= 0 or excess % ${CLAIMS_PER_LOOK} ~= 1 then return end
  look_through(keys, bucket)
  if keys.buckets >= most then forget_oldest(keys, bucket) end
  if redis.call("HLEN", bucket) > full then split(keys) end
end
local function sweep(region)
  local keys = table_of(region)
  local seen = redis.call("HMGET", keys.key, "swept", "hand")
  if now - tonumber(seen[1] or 0) < ${SWEEP_INTERVAL_MS} then return end
  local hand = (tonumber(seen[2] or 0) + 1) % keys.buckets
  redis.call("HSET", keys.key, "swept", string.format("%.0f", now), "hand", hand)
  look_through(keys, keys.key .. ":" .. hand)
end`;

/**
 * Functions in Lua with which scripts remember idempotency keys. `prefix` has to be defined before.
 *
 * A Redis key for each would take 340 bytes, nearly all of them for what Redis keeps around a key. Here a claim is a field
 * of a hash that has some hundred of them, small enough for Redis to pack it into one piece of memory: 60 to 90 bytes in
 * all. There are as many such buckets as are needed. When one is too full, the next one in line is split in two, which
 * moves some hundred claims and leaves all others where they are (linear hashing).
 *
 * No claim expires by itself, as Redis would forget one whose send is still there. It is forgotten when somebody looks at
 * it after its time, and nothing of its send is left: no job, no part, no cancellation, no answer to a question about it.
 * Whatever adds a send looks through a bucket, too, so that they are all looked at in time.
 *
 * - `find(region, id)`: what the ID of a key stands for, `<content> <tail> <when it may be forgotten>`, or false
 * - `keep(region, id, value, ttl, most)`: remembers it for so many milliseconds, in about `most` buckets: instead of more of
 *   them the oldest claims are forgotten before their time, but for those whose send is still there
 * - `sweep(region)`: looks through the next bucket
 *
 * @param full - claims in one bucket
 */
export function claimTable(full: number = FULL_BUCKET): string {
  return `
local full = ${full}
local clock = redis.call("TIME")
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
${ACTS}
${BUCKETS}
${FORGET}
${KEEP}`;
}

/** In how many buckets about so many claims are. */
export function bucketsFor(claims: number): number {
  return Math.max(1, Math.ceil(claims / FULL_BUCKET));
}
