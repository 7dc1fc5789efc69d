import { HEARD_LUA, SUPPRESSIONS_LUA } from "@volley/opt-outs";

/** Those who are held are named to whoever decides up to so many; the others are held all the same. */
const MOST_HELD = 100_000;

/**
 * Who goes on the list of those who must not be texted, and off it. `optOut(step, becomes)` notes it where the message or the
 * report that says it is news, or was not heard before; `optOutAll()` does it, before anything else is written, so that
 * nothing is known that was not done. It answers `false` where the list is another secret's. What was heard is noted for the proof.
 *
 * What comes late counts as if it had come in time: by when it was received, and for each place of the list by itself. A START
 * takes away what the person or a network has put there before it, and nothing that an operator has.
 */
export const OPT_OUT_SCRIPT = `
${SUPPRESSIONS_LUA}
${HEARD_LUA}
local optOuts, IS_NEWS = {}, { added = true, confirmed = true, removed = true }
local function optOut(step, becomes)
  if becomes ~= "changed" and becomes ~= "repeated" then return end
  local isKnown = becomes == "repeated"
  for _, place in ipairs(step.places) do
    -- Reading them tells beforehand whether they can be written.
    redis.call("HEXISTS", place[1], place[2])
    if not redis.call("GET", place[3]) then isKnown = false end
  end
  redis.call("LLEN", step.proof)
  if not isKnown then optOuts[#optOuts + 1] = step end
end

-- Whether it counts, whatever was heard there already. Of what is said for a stop only a START takes something away.
local heardNow = {}
local function isHeard(list, step, heard, keepSeconds)
  local at, kind = string.match(heardNow[heard] or redis.call("GET", heard) or "", "^(%d+)(%a)$")
  at = tonumber(at)
  if not at or step.at >= at and not (step.kind == "x" and step.at == at) then
    heardNow[heard] = string.format("%.0f", step.at) .. step.kind
    list.write("SET", heard, heardNow[heard], "EX", keepSeconds)
    return true
  end
  return step.kind ~= "x" and kind ~= "x"
end

local function optIn(list, step, bucket, name)
  local seconds = string.match(list.get(bucket, name) or "", "^[snm](%w+)")
  return seconds and tonumber(seconds, 36) * 1000 <= step.at and list.remove(bucket, name, "snm")
end

local ADDED = { [0] = "known", "added", "confirmed" }
local function addTo(list, step, held, bucket, name)
  local becomes = list.add(bucket, name, step.value)
  if becomes == 1 and step.kind == "m" and redis.call("HLEN", held) < ${MOST_HELD} then
    list.write("HSET", held, name, step.note)
  end
  return becomes
end

-- What came of it at one place of the list, in a word.
local function changeAt(list, step, held, place, keepSeconds)
  local bucket, name, heard = unpack(place)
  if not isHeard(list, step, heard, keepSeconds) then return "outdated" end
  if step.kind == "x" then return optIn(list, step, bucket, name) and "removed" or "nothing" end
  return ADDED[addTo(list, step, held, bucket, name)]
end

local function optOutAll(events, where, keepSeconds, proofSeconds)
  if #optOuts == 0 then return true end
  local list, held = suppressions(unpack(where)), where[3]
  if not list then return false end
  for _, step in ipairs(optOuts) do
    local became = #step.places == 0 and "nothing" or "outdated"
    for _, place in ipairs(step.places) do
      local here = changeAt(list, step, held, place, keepSeconds)
      if not IS_NEWS[became] and here ~= "outdated" then became = here end
    end
    note_heard(step.proof, became, step.row, proofSeconds)
    if IS_NEWS[became] then
      local id, kind, at, region, data = unpack(step.event)
      append(events, "id", id, "type", kind, "at", at, "region", region, "data", data)
    end
  end
  list.close()
  return true
end
`;
