import { DECISION_STEM, LEDGER_FIELD, LIST_SEND } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { eventsKey, NOTE_ENDED, NOTE_REACHED, outboxKey } from "@volley/receipts";
import type { Settings } from "../terms/settings.ts";
import { createSharedScript, type SharedScript } from "./shared-script.ts";
import { TELL_SCRIPT } from "./tell-script.ts";

/** The field of a send's job with its plan, until the send has ended. */
export const PLAN = "volley:plan";

/**
 * A piece may be a thousand recipients with long values of their own. Fifty pieces in one command keep Redis busy for 6 ms
 * with a name for each recipient, and for 240 ms with the longest values there are; so many for 13 ms at most (measured).
 */
const PIECES_PER_CALL = 4;

/**
 * A script that answers calls one after the other, each from its own keys and values.
 *
 * @param body - of the answer to one of them
 * @param around - how many keys all calls share, and what is done before and after them
 */
function eachCall(keys: number, values: number, body: string, around = { keys: 0, before: "", after: "" }): string {
  return `${around.before}
local function answer(KEYS, ARGV)${body}
end
local answers = {}
for call = 0, (#KEYS - ${around.keys}) / ${keys} - 1 do
  answers[call + 1] = answer({ unpack(KEYS, call * ${keys} + 1, (call + 1) * ${keys}) },
    { unpack(ARGV, call * ${values} + 1, (call + 1) * ${values}) })
end
${around.after}
return answers`;
}

/**
 * Keys: a stage, the results of a send's parts. Values: the piece, the part, how many bytes of the piece are read.
 *
 * @returns both, or nothing for each; in place of a larger piece the number of its bytes
 */
const FETCH = eachCall(
  2,
  3,
  `
  local piece = redis.call("HSTRLEN", KEYS[1], ARGV[1])
  if piece <= tonumber(ARGV[3]) then piece = redis.call("HGET", KEYS[1], ARGV[1]) end
  return { piece, redis.call("HGET", KEYS[2], ARGV[2]) }`,
);

/** Whom a batch reaches is noted beside what every job writes down anyway: nothing of that fails because of it. */
const REACHING = `
local function reached(KEYS, ARGV)${NOTE_REACHED}
end
`;

/**
 * Extends the lock, counts a write of this process, and looks whether the send is canceled, in one step. The lock is written
 * anew: a Redis whose memory is full takes a mere `PEXPIRE`, and what comes of the request could not be written down. A part
 * that has a result already is not ours: its send has counted it. Of any other a request may be made from now on.
 *
 * It reads the version of the suppression list, too: whoever has an older one reads it before the request. A version that
 * cannot be read is one that nobody has.
 *
 * The part and its key are empty for a send that was not split; `unbegun` says which parts are not begun. Last come keys and values
 * of the note whom the batch reaches; its first value is empty where nothing is noted.
 *
 * @returns -1 where the lock is another's, -2 where the process does not belong to the crew; else the number of the write,
 *   whether the send is canceled, and the version of the suppression list
 */
const FENCE = eachCall(
  9,
  10,
  `
  local lock, canceled, unbegun, results, crew, writes, suppressions = unpack(KEYS)
  local token, lasts, part, part_key, me = unpack(ARGV)
  if redis.call("GET", lock) ~= token or (part ~= "" and redis.call("HEXISTS", results, part_key) == 1) then return -1 end
  if redis.call("SISMEMBER", crew, me) == 0 then return -2 end
  local is_canceled = redis.call("EXISTS", canceled)
  redis.call("SET", lock, token, "PX", lasts)
  if is_canceled == 0 and part ~= "" and redis.call("EXISTS", unbegun) == 1 then redis.call("SETBIT", unbegun, part, 0) end
  local version = redis.pcall("GET", suppressions) or ""
  if type(version) == "table" then version = "unreadable" end
  if is_canceled == 0 and ARGV[6] ~= "" then pcall(reached, { KEYS[8], KEYS[9] }, { unpack(ARGV, 6) }) end
  return { redis.call("HINCRBY", writes, me, 1), is_canceled, version }`,
  { keys: 0, before: REACHING, after: "" },
);

/** Events go with what they tell of. Shared: the stream, the hash about it; bytes and milliseconds that it keeps. */
const TELLING = {
  keys: 2,
  before: `local EVENTS, OUTBOX, MOST_BYTES = KEYS[#KEYS - 1], KEYS[#KEYS], ARGV[#ARGV - 1]
${TELL_SCRIPT}
local function reach_ended(KEYS, ARGV)${NOTE_ENDED}
end
`,
  after: "trimEvents(ARGV[#ARGV])",
};

/**
 * The stage is the job once more where it has none; the operand is the piece that is dropped, or how long the stage is kept.
 *
 * A call without a token notes what became of whom a batch was to reach: nearly always the result is stored in the same moment, and
 * both travel in one command.
 *
 * @returns whether it was stored; not where the lock is another's. A Redis that ends when it has stored it, and before it has
 *   answered, is told the same once more, when the lock may have run out: with a batch in it that was answered to this worker it
 *   is nobody else's.
 */
const STORE = eachCall(
  4,
  7,
  `
  local job, lock, logs, stage = unpack(KEYS)
  if ARGV[1] == "" then return pcall(reach_ended, KEYS, { ARGV[2], ARGV[3] }) and 1 or 0 end
  local token, data, line, stage_end, operand, has_ended, event = unpack(ARGV)
  if string.find(data, '"adopted":false', 1, true) and redis.call("HGET", job, "data") == data then return 1 end
  if redis.call("GET", lock) ~= token or redis.call("EXISTS", job) == 0 then return 0 end
  redis.call("HSET", job, "data", data)
  local head = redis.call("HGET", job, "${LEDGER_FIELD}")
  if head then redis.call("HDEL", job, "${LEDGER_FIELD}") end
  for decision = 0, (head and cjson.decode(head).decided or 0) - 1 do redis.call("HDEL", job, "${DECISION_STEM}" .. decision) end
  if line ~= "" then redis.call("RPUSH", logs, line) end
  if stage_end == "drop_piece" then redis.call("HDEL", stage, operand)
  elseif stage_end == "drop" then redis.call("UNLINK", stage)
  elseif stage_end == "keep" then redis.call("PEXPIRE", stage, operand) end
  if has_ended == "1" then redis.call("HDEL", job, "${PLAN}") end
  tell(job, event)
  return 1`,
  TELLING,
);

/** Keys: a job. Values: an event that tells how it ended. @returns whether the job is there */
const TELL = eachCall(
  1,
  1,
  ` if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end tell(KEYS[1], ARGV[1]) return 1`,
  TELLING,
);

/**
 * Keys: the job. Values: the result that was read, the new one, the new data or nothing, the event that tells of it.
 *
 * @returns whether it was rewritten; not where the result is another one by now
 */
const REWRITE = eachCall(
  1,
  4,
  `
  if redis.call("HGET", KEYS[1], "returnvalue") ~= ARGV[1] then return 0 end
  redis.call("HSET", KEYS[1], "returnvalue", ARGV[2])
  if ARGV[3] ~= "" then redis.call("HSET", KEYS[1], "data", ARGV[3]) end
  tell(KEYS[1], ARGV[4])
  return 1`,
  TELLING,
);

/** Keys: the job, its lock. Values: the token, the note. @returns whether it was noted; not where the lock is another's */
const NOTE = eachCall(
  2,
  2,
  `
  if redis.call("GET", KEYS[2]) ~= ARGV[1] or redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
  redis.call("HSET", KEYS[1], "progress", ARGV[2])
  return 1`,
);

/** Keys: the job. Values: the prefix, its row of the list. @returns whether it was put there */
const LIST = eachCall(
  1,
  17,
  `
  if redis.call("EXISTS", KEYS[1]) == 0 or redis.call("HSETNX", KEYS[1], "volley:listed", "1") == 0 then return 0 end
  list_send(ARGV[1], { unpack(ARGV, 2) })
  return 1`,
  { keys: 0, before: LIST_SEND, after: "" },
);

/** The calls to Redis that every job makes. */
export type JobScripts = ReturnType<typeof createJobScripts>;

type KeptEvents = { readonly prefix: string; readonly keepEvents: Settings["keepEvents"] };

/** The scripts of one process and region. */
export function createJobScripts(redis: Redis | Cluster, { prefix, keepEvents }: KeptEvents) {
  const { bytes, ageMs } = keepEvents;
  const telling = { shared: { keys: [eventsKey(prefix), outboxKey(prefix)], values: [bytes, ageMs] } };
  const store = createSharedScript(redis, STORE, telling);
  const reachEnded: SharedScript = async ({ keys, values }) =>
    store({ keys: [...keys, ...keys], values: ["", ...values, "", "", "", ""] });
  return {
    fetch: createSharedScript(redis, FETCH, { mostCalls: PIECES_PER_CALL }),
    fence: createSharedScript(redis, FENCE),
    store,
    tell: createSharedScript(redis, TELL, telling),
    rewrite: createSharedScript(redis, REWRITE, telling),
    note: createSharedScript(redis, NOTE),
    list: createSharedScript(redis, LIST),
    reachEnded,
  };
}
