import { partOf } from "@volley/contract";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";

/** A job of a send, itself or one of its parts, that a worker has or has put back. */
export type WorkedJob = {
  /** Index of the part, from 0; 0 for a send that was not split. */
  readonly part: number;
  readonly isActive: boolean;
  /** How its last try ended; empty where there was none. */
  readonly outcome: string;
  readonly code: string;
  /** Since when a request may have been accepted without anybody saying so; `null` where none may. */
  readonly unknownSince: string | null;
  /** When it is picked up again at the earliest; `null` where nothing holds it until then. */
  readonly until: string | null;
};

/** What is done with a send at this moment. */
export type Work = {
  /** Those of its jobs that are at work or were put back, the first 100. */
  readonly jobs: readonly WorkedJob[];
  /** How many jobs go before the first of its own that waits; `null` where none of them waits. */
  readonly before: number | null;
  /** Whether one of those that go next is urgent, and none of its own is before it. */
  readonly isBehindUrgent: boolean;
};

/** Jobs at work and put back that are looked through for the send's own. */
const MOST_LOOKED = 1_000;

/** Jobs of the send itself that are read. */
const MOST_READ = 100;

/** Jobs that go next of which the priority is read, and the bytes of them that are looked through. */
const MOST_NEXT = 20;
const MOST_BYTES = 400_000;

/**
 * Keys: the queue's active, delayed, waiting and prioritized jobs. Arguments: the beginning of a job's key, the send's ID, the
 * most jobs to be looked through, the most to be read, the most of the next ones, the most bytes of these.
 *
 * BullMQ takes the last of those that wait first, then those with the lowest priority score. Parts have a priority, a send has
 * none; what a urgent send adds goes before everything else. A quote inside a text is escaped: no text looks like a field.
 *
 * @returns how many go before it or -1, whether an urgent one does, then ID, list, progress, delay and time of each of its jobs
 */
const READ_WORK = `
local own, most = ARGV[2], tonumber(ARGV[3])
local function isOwn(id) return id == own or string.sub(id, 1, #own + 2) == own .. ".p" end
local found, read = {}, 0
local function look(ids, list)
  for _, id in ipairs(ids) do
    if read < tonumber(ARGV[4]) and isOwn(id) then
      read = read + 1
      local job = redis.call("HMGET", ARGV[1] .. id, "progress", "delay", "timestamp")
      for _, value in ipairs({ id, list, job[1] or "", job[2] or "0", job[3] or "0" }) do table.insert(found, value) end
    end
  end
end
look(redis.call("LRANGE", KEYS[1], 0, most - 1), "active")
look(redis.call("ZRANGE", KEYS[2], 0, most - 1), "delayed")
local waiting, next = redis.call("LRANGE", KEYS[3], -most, -1), {}
for at = #waiting, 1, -1 do table.insert(next, waiting[at]) end
for _, id in ipairs(redis.call("ZRANGE", KEYS[4], 0, most - 1)) do table.insert(next, id) end
local before = -1
for at, id in ipairs(next) do
  if isOwn(id) then before = at - 1; break end
end
local urgent, budget = 0, tonumber(ARGV[6])
for at = 1, math.min(tonumber(ARGV[5]), before) do
  local key = ARGV[1] .. next[at]
  local bytes = redis.call("HSTRLEN", key, "data")
  if bytes <= budget then
    budget = budget - bytes
    local data = redis.call("HGET", key, "data") or ""
    if string.find(data, '"priority":"urgent"', 1, true) then urgent = 1 end
  end
end
return { before, urgent, unpack(found) }`;

/** Reads what is done with a send at this moment, in one step and bounded, however much waits. */
export async function readWork({ link, queueOf }: QueueAccess, { id, region }: SendAddress): Promise<Work> {
  const queue = queueOf(region);
  const keys = ["active", "delayed", "wait", "prioritized"].map((list) => queue.toKey(list));
  const bounds = [MOST_LOOKED, MOST_READ, MOST_NEXT, MOST_BYTES];
  const answer: unknown = await link.connection.eval(READ_WORK, keys.length, ...keys, queue.toKey(""), id, ...bounds);
  const [before, urgent, ...fields] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const jobs: WorkedJob[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) jobs.push(jobOf(fields.slice(at, at + 5).map(String)));
  const isWaiting = typeof before === "number" && before >= 0;
  return { jobs, before: isWaiting ? before : null, isBehindUrgent: urgent === 1 };
}

function jobOf([id = "", list, progress = "", delay, timestamp]: readonly string[]): WorkedJob {
  const note = objectOf(progress);
  const last = Object(note["last"]) as Record<string, unknown>;
  const unknownSince = note["unknown_since"];
  const at = Date.parse(textOf(last["at"]));
  const from = Number.isNaN(at) ? Number(timestamp) : at;
  return {
    part: partOf(id),
    isActive: list === "active",
    outcome: textOf(last["outcome"]),
    code: textOf(last["code"]),
    unknownSince: typeof unknownSince === "string" ? unknownSince : null,
    until: list === "delayed" ? new Date(from + Number(delay)).toISOString() : null,
  };
}

function objectOf(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
