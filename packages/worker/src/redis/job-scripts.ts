import { DECISION_STEM, LEDGER_FIELD } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { createSharedScript, type SharedScript } from "./shared-script.ts";

/** The field of a send's job with its plan, until the send has ended. */
export const PLAN = "volley:plan";

/** The calls to Redis that every job makes. */
export type JobScripts = {
  /**
   * Keys: a stage, the results of a send's parts. Values: the piece, the part, how many bytes of the piece are read. Answers
   * with both, or nothing for each; in place of a larger piece with the number of its bytes.
   */
  readonly fetch: SharedScript;
  /**
   * Keys: the job's lock, the cancellation of its send, which parts of the send are not begun, the results of its parts, the
   * crew, the writes of each. Values: the token, how long the lock shall last; of a part its index and its key, else nothing;
   * the process.
   */
  readonly fence: SharedScript;
  /**
   * Keys: the job, its lock, its log, the stage or the job once more. Values: the token, the data, a line for the log or
   * nothing, what becomes of the stage, the piece or the time in milliseconds that belongs to it, and whether the send has
   * ended.
   */
  readonly store: SharedScript;
  /** Keys: the job, its lock. Values: the token, the note. */
  readonly note: SharedScript;
};

/**
 * A piece may be a thousand recipients with long values of their own. Fifty pieces in one command keep Redis busy for 6 ms
 * with a name for each recipient, and for 240 ms with the longest values there are; so many for 13 ms at most (measured).
 */
const PIECES_PER_CALL = 4;

const FETCH = `
local answers = {}
for call = 1, #KEYS / 2 do
  local stage, results, value = KEYS[call * 2 - 1], KEYS[call * 2], (call - 1) * 3
  local piece = redis.call("HSTRLEN", stage, ARGV[value + 1])
  if piece <= tonumber(ARGV[value + 3]) then piece = redis.call("HGET", stage, ARGV[value + 1]) end
  answers[call] = { piece, redis.call("HGET", results, ARGV[value + 2]) }
end
return answers`;

/**
 * Extends the lock, counts a write of this process, and looks whether the send is canceled, in one step. The lock is written
 * anew: a Redis whose memory is full takes a mere `PEXPIRE`, and what comes of the request could not be written down. A part
 * that has a result already is not ours: its send has counted it. Of any other a request may be made from now on.
 *
 * @returns -1 where the lock is another's, -2 where the process does not belong to the crew; else the number of the write, and
 *   whether the send is canceled
 */
const FENCE = `
local answers = {}
for call = 1, #KEYS / 6 do
  local key, value = (call - 1) * 6, (call - 1) * 5
  local lock, canceled, unbegun, results = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4]
  local crew, writes = KEYS[key + 5], KEYS[key + 6]
  local token, lasts, part, part_key, me = ARGV[value + 1], ARGV[value + 2], ARGV[value + 3], ARGV[value + 4], ARGV[value + 5]
  if redis.call("GET", lock) ~= token or (part ~= "" and redis.call("HEXISTS", results, part_key) == 1) then answers[call] = -1
  elseif redis.call("SISMEMBER", crew, me) == 0 then answers[call] = -2
  else
    local is_canceled = redis.call("EXISTS", canceled)
    redis.call("SET", lock, token, "PX", lasts)
    if is_canceled == 0 and part ~= "" and redis.call("EXISTS", unbegun) == 1 then redis.call("SETBIT", unbegun, part, 0) end
    answers[call] = { redis.call("HINCRBY", writes, me, 1), is_canceled }
  end
end
return answers`;

/**
 * @returns whether it was stored; not where the lock is another's. A Redis that ends when it has stored it, and before it has
 *   answered, is told the same once more, when the lock may have run out: with a batch in it that was answered to this worker it
 *   is nobody else's.
 */
const STORE = `
local function dropLedger(job)
  local head = redis.call("HGET", job, "${LEDGER_FIELD}")
  if not head then return end
  redis.call("HDEL", job, "${LEDGER_FIELD}")
  local decided = cjson.decode(head).decided
  for first = 0, decided - 1, 500 do
    local fields = {}
    for at = first, math.min(first + 500, decided) - 1 do fields[#fields + 1] = "${DECISION_STEM}" .. at end
    redis.call("HDEL", job, unpack(fields))
  end
end
local answers = {}
for call = 1, #KEYS / 4 do
  local key, value = (call - 1) * 4, (call - 1) * 6
  local job, lock, logs, stage = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4]
  local token, data, line, stageEnd, operand, has_ended =
    ARGV[value + 1], ARGV[value + 2], ARGV[value + 3], ARGV[value + 4], ARGV[value + 5], ARGV[value + 6]
  if string.find(data, '"adopted":false', 1, true) and redis.call("HGET", job, "data") == data then answers[call] = 1
  elseif redis.call("GET", lock) ~= token or redis.call("EXISTS", job) == 0 then answers[call] = 0
  else
    redis.call("HSET", job, "data", data)
    dropLedger(job)
    if line ~= "" then redis.call("RPUSH", logs, line) end
    if stageEnd == "drop_piece" then redis.call("HDEL", stage, operand)
    elseif stageEnd == "drop" then redis.call("UNLINK", stage)
    elseif stageEnd == "keep" then redis.call("PEXPIRE", stage, operand) end
    if has_ended == "1" then redis.call("HDEL", job, "${PLAN}") end
    answers[call] = 1
  end
end
return answers`;

/** @returns whether it was noted; not where the lock is another's */
const NOTE = `
local answers = {}
for call = 1, #KEYS / 2 do
  local key, value = (call - 1) * 2, (call - 1) * 2
  local job, lock = KEYS[key + 1], KEYS[key + 2]
  local token, note = ARGV[value + 1], ARGV[value + 2]
  if redis.call("GET", lock) ~= token or redis.call("EXISTS", job) == 0 then answers[call] = 0
  else
    redis.call("HSET", job, "progress", note)
    answers[call] = 1
  end
end
return answers`;

/** The scripts of one process and region. */
export function createJobScripts(redis: Redis | Cluster): JobScripts {
  return {
    fetch: createSharedScript(redis, FETCH, { mostCalls: PIECES_PER_CALL }),
    fence: createSharedScript(redis, FENCE),
    store: createSharedScript(redis, STORE),
    note: createSharedScript(redis, NOTE),
  };
}
