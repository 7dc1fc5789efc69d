import { HEARD_LUA } from "../proof/heard.ts";

/** Changes that are kept for those who have an older version; whoever is further behind reads the whole list. */
export const CHANGES_KEPT = 100_000;

/**
 * Lua functions that change the list, for whoever wants to do so in one step with something else.
 *
 * `suppressions(head, log, held, keyId)` opens it: `nil` where it is another secret's. Then, of what it answers,
 * `.add(bucket, field, value)`: 1 where the entry is new, 2 where a `maybe` has become certain, 0 where one was there, which
 * stays, and 1 where that one was brought from another Redis, which it takes the place of; `.replace(bucket, field, value)` another
 * entry for somebody who stays on the list; `.remove(bucket, field, kinds)`: the entry that was there and is gone, or `false`; with `kinds`, the first
 * characters of kinds, it removes no others. `.get(bucket, field)` reads an entry. What somebody has said goes with the entry that
 * it holds. `.close()` writes all of it, the version first: a script is not rolled back, and an entry that stood there
 * without a version, where it failed in between, nobody would hear of. `.write(...)` is a command that goes with it.
 *
 * The head is `version:chain:keyId`. The chain is a digest over the one before and the change, so that whoever has the same
 * head has the same list, even where Redis has forgotten its last second and gone on otherwise.
 */
export const SUPPRESSIONS_LUA = `
local function suppressions(head, log, held, key_id)
  local version, chain, own = string.match(redis.call("GET", head) or "", "^(%d+):(%x+):(.*)$")
  if own and own ~= key_id then return nil end
  -- Reading them tells beforehand whether they can be written.
  redis.call("HLEN", held)
  redis.call("LLEN", log)
  local list, changes, writes, entries = {}, {}, {}, {}
  if not version then
    local now = redis.call("TIME")
    version, chain = 0, string.sub(redis.sha1hex(now[1] .. "." .. now[2]), 1, 12)
  end
  local function changed(change)
    changes[#changes + 1] = change
    chain = string.sub(redis.sha1hex(chain .. change), 1, 12)
  end
  function list.write(...) writes[#writes + 1] = { ... } end
  function list.get(bucket, field)
    local name = bucket .. ":" .. field
    if entries[name] == nil then entries[name] = redis.call("HGET", bucket, field) end
    return entries[name]
  end
  local function set(bucket, field, value)
    entries[bucket .. ":" .. field] = value
    if value then list.write("HSET", bucket, field, value) else list.write("HDEL", bucket, field) end
  end
  function list.add(bucket, field, value)
    local before = list.get(bucket, field)
    local is_held = before and string.sub(before, 1, 1) == "m"
    -- Where the version was lost, whoever is there makes a new one.
    if before and tonumber(version) == 0 then changed("+" .. field) end
    -- What was brought from another Redis goes when it goes there: it may not keep out what was said here.
    local is_copy = before and string.find(before, "^[^\\n]*\\n\\1") and not string.find(value, "^[^\\n]*\\n\\1")
    local is_maybe = string.sub(value, 1, 1) == "m"
    if before and is_maybe and not (is_copy and is_held) then return 0 end
    if before and not is_held and not is_copy then return 0 end
    set(bucket, field, value)
    if is_copy then
      list.write("HDEL", held, field)
      changed("+" .. field)
      return 1
    end
    if before then
      list.write("HDEL", held, field)
      return 2
    end
    changed("+" .. field)
    return 1
  end
  function list.replace(bucket, field, value) set(bucket, field, value) end
  function list.remove(bucket, field, kinds)
    local before = list.get(bucket, field)
    if not before then return false end
    if kinds and not string.find(kinds, string.sub(before, 1, 1), 1, true) then return false end
    set(bucket, field, false)
    list.write("HDEL", held, field)
    changed("-" .. field)
    return before
  end
  function list.close()
    if #changes > 0 then
      if tonumber(version) == 0 then redis.call("DEL", log) end
      for _, change in ipairs(changes) do redis.call("RPUSH", log, change) end
      redis.call("LTRIM", log, ${-CHANGES_KEPT}, -1)
      redis.call("SET", head, string.format("%.0f", version + #changes) .. ":" .. chain .. ":" .. key_id)
    end
    for _, command in ipairs(writes) do redis.call(unpack(command)) end
  end
  return list
end`;

/** Keys: head, log, held, then a bucket for each. Values: the key's ID, then field and value of each. Answers a number for each. */
export const ADD = `${SUPPRESSIONS_LUA}
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
local answers = {}
for each = 1, #KEYS - 3 do answers[each] = list.add(KEYS[each + 3], ARGV[each * 2], ARGV[each * 2 + 1]) end
list.close()
return answers`;

/**
 * Keys: head, log, held, then a bucket for each, then what was heard of each. Values: the key's ID, for how long that is kept in seconds,
 * who removes them and why, then the field of each, and its scope. Answers what is gone, which is noted.
 */
export const REMOVE = `${SUPPRESSIONS_LUA}
${HEARD_LUA}
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
local answers = {}
local count = (#KEYS - 3) / 2
for each = 1, count do
  local was = list.remove(KEYS[each + 3], ARGV[each * 2 + 3])
  if was then
    local row = cjson.encode({ what = "removed", scope = ARGV[each * 2 + 4], was = was, who = ARGV[3], why = ARGV[4] })
    note_heard(KEYS[each + 3 + count], "removed", row, ARGV[2])
  end
  answers[each] = was or ""
end
list.close()
return answers`;

/** Keys: when it was accepted. Whoever has read another list takes this one as it is. */
export const ACCEPT = `
local now = redis.call("TIME")
local before = tonumber(redis.call("GET", KEYS[1]) or 0)
return redis.call("SET", KEYS[1], string.format("%.0f", math.max(before + 1, now[1] * 1000 + math.floor(now[2] / 1000))))`;

/**
 * Keys: head, log, when it was accepted. Values: the version that is held, nothing for none. Answers the head, when it was
 * accepted, and the changes since then; `false` in their place where they are not kept any more, or where there are changes
 * and no version.
 */
export const READ_CHANGES = `
local head, kept, accepted = redis.call("GET", KEYS[1]) or "", redis.call("LLEN", KEYS[2]), redis.call("GET", KEYS[3]) or "0"
local version = tonumber(string.match(head, "^(%d+):%x+:.*$"))
if not version then return { head, accepted, kept == 0 and {} } end
if ARGV[1] == "" then return { head, accepted, {} } end
local behind = version - tonumber(ARGV[1])
if behind < 0 or behind > kept then return { head, accepted, false } end
return { head, accepted, behind == 0 and {} or redis.call("LRANGE", KEYS[2], -behind, -1) }`;

/** Keys: buckets. Answers the fields of all of them. */
export const READ_FIELDS = `
local fields = {}
for _, bucket in ipairs(KEYS) do
  for _, field in ipairs(redis.call("HKEYS", bucket)) do fields[#fields + 1] = field end
end
return fields`;

/** Keys: buckets. Answers the fields of all of them, each followed by its value. */
export const READ_ENTRIES = `
local fields = {}
for _, bucket in ipairs(KEYS) do
  for _, text in ipairs(redis.call("HGETALL", bucket)) do fields[#fields + 1] = text end
end
return fields`;

/**
 * Keys: head. Values: the first thousand of buckets, and the one after the last. Answers 1 where one of these buckets is there.
 *
 * It makes their names itself: 65,521 of them cost whoever asks ten times what they cost here.
 */
export const ANY_BUCKET = `
local start, ends = KEYS[1] .. ":", {}
for each = 0, 999 do ends[each + 1] = string.format("%03d", each) end
for thousand = tonumber(ARGV[1]), ARGV[2] - 1 do
  local first, names = start .. thousand, {}
  for each, last in ipairs(ends) do names[each] = thousand == 0 and start .. (each - 1) or first .. last end
  if redis.call("EXISTS", unpack(names)) > 0 then return 1 end
end
return 0`;
