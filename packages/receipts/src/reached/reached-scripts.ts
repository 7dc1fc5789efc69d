/** What stands for the ID of a batch to one person that was not sent: whatever stood there before it is gone. */
export const NOT_SENT = "-";

/** In place of a batch's ID: it is not known any more whom it has reached. */
export const REACH_IN_DOUBT = "?";

/**
 * Notes whom a batch is to, right before it is handed over. What is noted already as accepted stays: it was handed over then,
 * and only somebody who has slept since says so again.
 *
 * Keys: where the sender's batches stand, and this one; for one person alone both are the person's. Values: the reference, the
 * people packed (empty: one alone), "1" where groups are among them, not before when it is sent in milliseconds, for how many
 * seconds it is kept.
 */
export const NOTE_REACHED = `
  local sender, batch = KEYS[1], KEYS[2]
  local reference, people, groups, not_before, kept_s = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
  local time = redis.call("TIME")
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local at = math.max(now, not_before)
  local lasts = kept_s + math.ceil((at - now) / 1000)
  if sender == batch then
    local known = redis.call("HMGET", batch, "at", "reference", "batch")
    if known[2] == reference and known[3] then return 0 end
    if tonumber(known[1] or 0) > at then return 0 end
    if known[3] then redis.call("HDEL", batch, "batch") end
    redis.call("HSET", batch, "at", at, "reference", reference)
  else
    if redis.call("HEXISTS", batch, "batch") == 1 then return 0 end
    redis.call("ZREMRANGEBYSCORE", sender, "-inf", "(" .. now - kept_s * 1000)
    redis.call("ZADD", sender, at, reference)
    if redis.call("TTL", sender) < lasts then redis.call("EXPIRE", sender, lasts) end
    redis.call("HSET", batch, "people", people, "groups", groups)
  end
  redis.call("EXPIRE", batch, lasts)
  return 1`;

/**
 * Notes what became of a batch that was handed over. Keys as before. Values: the reference, the ID of the batch; empty where it
 * is known that nobody was texted, {@link REACH_IN_DOUBT} where nobody knows any more who was.
 */
export const NOTE_ENDED = `
  local sender, batch = KEYS[1], KEYS[2]
  local reference, id = ARGV[1], ARGV[2]
  if sender == batch then
    if redis.call("HGET", batch, "reference") ~= reference then return 0 end
  end
  if id == "${REACH_IN_DOUBT}" then
    redis.call("HDEL", batch, "batch")
  elseif sender == batch then
    redis.call("HSET", batch, "batch", id == "" and "${NOT_SENT}" or id)
  elseif id == "" then
    redis.call("ZREM", sender, reference)
    redis.call("UNLINK", batch)
  elseif redis.call("EXISTS", batch) == 1 then
    redis.call("HSET", batch, "batch", id)
  end
  return 1`;
