import { limitsKey, processesKey, readLimits, refusedProcessesKey, type StoredLimits } from "@volley/contract";
import { queueKey, type RegionPlace } from "./place.ts";

/** A region's queue, its workers and its limits. */
export type QueueLook = {
  /** By BullMQ's state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** Processes that work on it; one that died counts for ten seconds more. */
  readonly workers: { readonly running: number; readonly refused: number };
  readonly limits: StoredLimits;
};

/** BullMQ's names of lists, then of sorted sets, by the state of the jobs in them. */
const LISTS = { waiting: "wait", active: "active" };
const SETS = {
  prioritized: "prioritized",
  delayed: "delayed",
  "waiting-children": "waiting-children",
  completed: "completed",
  failed: "failed",
};

/**
 * Keys: the workers and those that are refused, by the time at which each is forgotten; the limits; the queue's lists, its
 * sorted sets. Values: how many lists there are.
 */
const READ = `
local time = redis.call("TIME")
local now = "(" .. string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
local answer = { redis.call("HGETALL", KEYS[3]), redis.call("ZCOUNT", KEYS[1], now, "+inf"),
  redis.call("ZCOUNT", KEYS[2], now, "+inf") }
for at = 4, #KEYS do
  table.insert(answer, redis.call(at - 3 <= tonumber(ARGV[1]) and "LLEN" or "ZCARD", KEYS[at]))
end
return answer`;

/** Reads it in one question, which costs the same whatever waits. */
export async function readQueue(place: RegionPlace): Promise<QueueLook> {
  const { redis, prefix, region } = place;
  const lists = Object.values(LISTS).map((list) => queueKey(place, list));
  const sets = Object.values(SETS).map((set) => queueKey(place, set));
  const workers = [processesKey(prefix, region), refusedProcessesKey(prefix, region)];
  const keys = [...workers, limitsKey(prefix, region), ...lists, ...sets];
  const answer: unknown = await redis.eval(READ, keys.length, ...keys, lists.length);
  const [limits, running, refused, ...counts] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const states = Object.keys({ ...LISTS, ...SETS });
  return {
    jobs: Object.fromEntries(states.map((state, at) => [state, Number(counts[at])])),
    workers: { running: Number(running), refused: Number(refused) },
    limits: readLimits(limits),
  };
}
