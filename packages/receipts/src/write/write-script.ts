import { RANKS, rankOf, STATUSES } from "../terms/delivery-state.ts";
import { KNOWN_S } from "../terms/keys.ts";
import { OPT_OUT_SCRIPT } from "./opt-out-script.ts";
import { STREAMS } from "./stream-script.ts";

const NAMES = STATUSES.map((status) => `"${status}"`).join(",");
const RANKS_OF_NAMES = STATUSES.map((status) => rankOf(status)).join(",");

/** Between the fields of a callback. It is in none of them: JSON has no control characters, nor has an ID. */
export const SEPARATOR = "\u001F";

/**
 * Everything is read before the first thing is written. A script is not rolled back: where it failed at a key that somebody
 * else has made, half of it would stand.
 */
const TWO_STEPS = `
local writes = {}
local function write(...) writes[#writes + 1] = { ... } end
local function writeAll()
  for _, command in ipairs(writes) do redis.call(unpack(command)) end
end

-- What a field or a key is, with what this call is about to write.
local seen = {}
local function see(id, ask)
  if seen[id] == nil then seen[id] = ask() or false end
  return seen[id]
end
local function field(key, name)
  return see(key .. "\\n" .. name, function() return redis.call("HGET", key, name) end)
end
local function setField(key, name, value)
  seen[key .. "\\n" .. name] = value
  write("HSET", key, name, value)
end
`;

/** What a tally is changed by, and what a state that is kept says. */
const STATES = `
local NAMES, RANKS = { ${NAMES} }, { ${RANKS_OF_NAMES} }

-- How far a state is that is kept, and how it is called where it is counted; see packState.
local function read(kept)
  local rank, name = string.match(kept, "^~(%d)~%d*~(.*)$")
  if rank then return tonumber(rank), name end
  local number = tonumber(kept)
  local place = number % 16 + 1
  return RANKS[place], NAMES[place] .. ":" .. math.floor(number / 16) % 512
end

-- Counts are written at the end, once for each send and state.
local counts, latest, keptFor = {}, {}, {}
local function count(tally, name, change)
  if tally == "" then return end
  counts[tally] = counts[tally] or {}
  counts[tally][name] = (counts[tally][name] or 0) + change
end
local function heard(tally, at)
  if tally ~= "" and at > (latest[tally] or "") then latest[tally] = at end
end

-- @return how many have ended, and how many have left the queue
local function countAll(tally, states, sign)
  local ends, ways = 0, 0
  for name, number in string.gmatch(states, "([^=,]+)=(%d+)") do
    count(tally, name, sign * tonumber(number))
    if string.find(name, "^Dispatched:") then ways = ways + tonumber(number)
    elseif not string.find(name, "^Queued:") then ends = ends + tonumber(number) end
  end
  return ends, ends + ways
end
`;

/** One recipient of a batch, and a batch whose recipients nobody names. */
const REPORTS = `
-- From here on a batch is counted by its recipients: what a report without names has counted is taken back.
local function countByRecipient(tally, batch)
  if tally == "" then return end
  local states = field(tally, batch)
  if states == "" then return end
  if states then countAll(tally, states, -1) end
  setField(tally, batch, "")
  keptFor[tally] = true
end

-- A state is followed only by one of a higher rank, so that an end stays what it is.
local function recipient(tally, batch, bucket, number, rank, kept, name, at)
  countByRecipient(tally, batch)
  local before = field(bucket, number)
  if before then
    local rankBefore, nameBefore = read(before)
    if rank < rankBefore then return "late" end
    if rank == rankBefore then return (name == nameBefore or rank < ${RANKS.unheardOf}) and "repeated" or "different" end
    count(tally, nameBefore, -1)
  end
  setField(bucket, number, kept)
  keptFor[bucket] = true
  count(tally, name, 1)
  heard(tally, at)
  return "changed"
end

local function batchOf(tally, batch, states, at)
  if tally == "" then return "repeated" end
  local before = field(tally, batch)
  if before == "" or before == states then return "repeated" end
  local ends, gone = countAll(tally, states, 1)
  if before then
    local endsBefore, goneBefore = countAll(tally, before, -1)
    -- As many ends tell nothing new, unless more are on their way.
    if ends < endsBefore or (ends == endsBefore and gone <= goneBefore) then
      countAll(tally, states, -1)
      countAll(tally, before, 1)
      return (ends < endsBefore or gone < goneBefore) and "late" or "different"
    end
  end
  setField(tally, batch, states)
  heard(tally, at)
  return "changed"
end
`;

/**
 * Writes down callbacks: a nonce, what they say, what is counted and the events that tell of it, all of it or nothing.
 *
 * Keys: the stream of events and the hash about it, the same of the inbounds, head, log and the held ones of the suppression
 * list, then the others, which are named by their places in the values. Values: how long states are kept in seconds, bytes and milliseconds of
 * the events and of the inbounds, by which secret numbers stand in the list, how long a proof of it is kept in seconds, then one for each callback, whose fields are
 * separated: its nonce's set, the nonce, for how many seconds it is remembered, the number of its steps, and these. A step
 * begins with what it is of: "r" a recipient, "b" a batch, "i" an inbound.
 *
 * Answers for each callback "replayed" or what became of its steps, joined by blanks.
 */
export const WRITE_SCRIPT = `
${TWO_STEPS}
${STATES}
${REPORTS}
${STREAMS}
${OPT_OUT_SCRIPT}
-- The fields of a callback stand in one value: that costs a busy client less than a value for each.
local fields, position = {}, 0
local function open(text)
  fields, position = {}, 0
  for each in string.gmatch(text, "([^${SEPARATOR}]*)${SEPARATOR}?") do fields[#fields + 1] = each end
end
local function take() position = position + 1 return fields[position] end
local function takeNumber() return tonumber(take()) end
local function takeKey()
  local place = takeNumber()
  return place == 0 and "" or KEYS[place]
end

local keepSeconds = tonumber(ARGV[1])
local keepInboundsSeconds = math.max(keepSeconds, math.ceil(tonumber(ARGV[5]) / 1000), ${KNOWN_S})
local events, inbox = openStream(KEYS[1], KEYS[2], ARGV[2]), nil

local function takeEvent(becomes, isInbound)
  local id, kind, at, region, data = take(), take(), take(), take(), take()
  if becomes ~= "changed" then return end
  append(events, "id", id, "type", kind, "at", at, "region", region, "data", data)
  if isInbound then append(inbox, "at", at, "region", region, "data", data) end
end

-- What it says of messages to come.
local function takeOptOut(becomes)
  if take() == "" then return end
  local step = { kind = take(), at = takeNumber(), value = take(), note = take(), places = {} }
  for place = 1, takeNumber() do step.places[place] = { takeKey(), take(), takeKey() } end
  step.proof, step.row = takeKey(), take()
  step.event = { take(), take(), take(), take(), take() }
  optOut(step, becomes)
end

local steps = {}
function steps.r(isNew)
  local tally, batch, bucket, number, rank, kept, name, at = takeKey(), take(), takeKey(), take(), takeNumber(), take(), take(), take()
  local becomes = isNew and recipient(tally, batch, bucket, number, rank, kept, name, at)
  takeEvent(becomes)
  takeOptOut(becomes)
  return becomes
end
function steps.b(isNew)
  local tally, batch, states, at = takeKey(), take(), take(), take()
  return isNew and batchOf(tally, batch, states, at)
end
function steps.i(isNew)
  local key = takeKey()
  local becomes = isNew and "changed"
  if isNew and see(key, function() return redis.call("EXISTS", key) == 1 end) then becomes = "repeated" end
  if becomes == "changed" then
    seen[key] = true
    inbox = inbox or openStream(KEYS[3], KEYS[4], ARGV[4])
    -- For as long as it can be read, here or at the provider, it must not be there twice.
    write("SET", key, "", "EX", keepInboundsSeconds)
  end
  takeEvent(becomes, true)
  takeOptOut(becomes)
  return becomes
end

local answers = {}
for callback = 1, #ARGV - 7 do
  open(ARGV[callback + 7])
  local nonces, nonce, nonceSeconds, number = takeKey(), take(), takeNumber(), takeNumber()
  local isNew = true
  if nonces ~= "" then
    local id = nonces .. "\\n" .. nonce
    isNew = not see(id, function() return redis.call("SISMEMBER", nonces, nonce) == 1 end)
    seen[id] = true
    write("SADD", nonces, nonce)
    write("EXPIRE", nonces, nonceSeconds)
  end
  local became = {}
  for step = 1, number do became[step] = steps[take()](isNew) or "replayed" end
  answers[callback] = isNew and table.concat(became, " ") or "replayed"
end

for tally, names in pairs(counts) do
  for name, change in pairs(names) do
    if change ~= 0 then write("HINCRBY", tally, name, change) end
  end
  keptFor[tally] = true
end
for tally, at in pairs(latest) do
  if at > (field(tally, "last_at") or "") then setField(tally, "last_at", at) end
end
for key in pairs(keptFor) do write("EXPIRE", key, keepSeconds) end
if not optOutAll(events, { KEYS[5], KEYS[6], KEYS[7], ARGV[6] }, keepInboundsSeconds, ARGV[7]) then
  return redis.error_reply("OTHERSECRET the suppression list was written with another VOLLEY_SUPPRESSION_SECRET, or without one")
end
writeAll()
trim(events, tonumber(ARGV[3]))
if inbox then trim(inbox, tonumber(ARGV[5])) end
return answers
`;
