import { SUPPRESSIONS_LUA } from "@volley/opt-outs";

/** Those who are held are named to whoever decides up to so many; the others are held all the same. */
const MOST_HELD = 100_000;

/**
 * Who goes on the list of those who must not be texted, and off it. `optOut(step, becomes)` notes it where the message or the
 * report that says it is news, or was not heard before; `optOutAll()` does it, before anything else is written, so that nothing is known that was not
 * done. It answers `false` where the list is another secret's.
 *
 * What was said last counts, by when it was received. A START takes away what the person or a network has put there before it,
 * and nothing that an operator has.
 */
export const OPT_OUT_SCRIPT = `
${SUPPRESSIONS_LUA}
local optOuts = {}
local function optOut(step, becomes)
  if becomes ~= "changed" and becomes ~= "repeated" then return end
  -- Reading them tells beforehand whether they can be written.
  local isHeard = redis.call("GET", step.heard)
  if isHeard and becomes == "repeated" then return end
  redis.call("HLEN", step.held)
  for _, place in ipairs(step.places) do redis.call("HEXISTS", place[1], place[2]) end
  optOuts[#optOuts + 1] = step
end

local function isLast(step)
  local at, kind = string.match(redis.call("GET", step.heard) or "", "^(%d+)(%a)$")
  at = tonumber(at)
  return not at or step.at > at or (step.at == at and step.kind ~= "x")
end

local function optIn(list, step)
  local isGone = false
  for _, place in ipairs(step.places) do
    local seconds = string.match(redis.call("HGET", place[1], place[2]) or "", "^[snm](%w+)")
    if seconds and tonumber(seconds, 36) * 1000 <= step.at then
      list.remove(place[1], place[2], "snm")
      redis.call("HDEL", step.held, place[2])
      isGone = true
    end
  end
  return isGone
end

local function addTo(list, step)
  local bucket, name = unpack(step.places[1])
  local becomes = list.add(bucket, name, step.value)
  if becomes == 2 then redis.call("HDEL", step.held, name) end
  if becomes == 1 and step.kind == "m" and redis.call("HLEN", step.held) < ${MOST_HELD} then
    redis.call("HSET", step.held, name, step.note)
  end
  return becomes > 0
end

local function optOutAll(events, head, log, keyId, keepSeconds)
  if #optOuts == 0 then return true end
  local list = suppressions(head, log, keyId)
  if not list then return false end
  for _, step in ipairs(optOuts) do
    if isLast(step) then
      redis.call("SET", step.heard, string.format("%.0f", step.at) .. step.kind, "EX", keepSeconds)
      local isNews = step.kind == "x" and optIn(list, step) or step.kind ~= "x" and addTo(list, step)
      if isNews then
        local id, kind, at, region, data = unpack(step.event)
        append(events, "id", id, "type", kind, "at", at, "region", region, "data", data)
      end
    end
  end
  list.close()
  return true
end
`;
