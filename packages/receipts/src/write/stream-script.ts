/** The most that is taken from the beginning of a stream by one call, a hundred at a time. */
const TRIM_ROUNDS = 30;

/**
 * Lua: a stream of which so many bytes are kept for so long, and the hash about it. `write` takes down what is written at the end.
 * Of which none are kept, nothing is written in it.
 */
export const STREAMS = `
-- Reading them tells beforehand whether they can be written.
local function openStream(key, about, mostBytes)
  local most, isEmpty = tonumber(mostBytes), redis.call("XLEN", key) == 0
  local bytes = tonumber(redis.call("HGET", about, "bytes") or 0)
  return { key = key, about = about, bytes = bytes, most = most, isOff = most == 0, isOver = most == 0 and isEmpty }
end

local function append(stream, ...)
  if stream.isOff then return end
  write("XADD", stream.key, "*", ...)
  for place = 2, select("#", ...), 2 do stream.bytes = stream.bytes + #select(place, ...) end
end

local function trim(stream, keptMs)
  if stream.isOver then return end
  local now = redis.call("TIME")
  local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - keptMs
  local mostBytes, bytes, dropped, gone = stream.most, stream.bytes, 0, nil
  for _ = 1, ${TRIM_ROUNDS} do
    local entries, last = redis.call("XRANGE", stream.key, "-", "+", "COUNT", bytes > mostBytes and 100 or 1), nil
    for _, entry in ipairs(entries) do
      local ms, place = string.match(entry[1], "^(%d+)-(%d+)$")
      local isOld = tonumber(ms) < oldest
      if bytes <= mostBytes and not isOld then break end
      for field = 2, #entry[2], 2 do bytes = bytes - #entry[2][field] end
      if not isOld then dropped = dropped + 1 end
      last, gone = ms .. "-" .. (place + 1), entry[1]
    end
    if not last then break end
    redis.call("XTRIM", stream.key, "MINID", last)
    redis.call("HSET", stream.about, "gone", gone)
  end
  redis.call("HSET", stream.about, "bytes", bytes)
  if dropped > 0 then redis.call("HINCRBY", stream.about, "dropped", dropped) end
end
`;
