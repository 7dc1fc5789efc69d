import { isGroup } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";
import { type EarlierTrace, readTraced, type RememberedIn, withTimes, writeFew, writeTraced } from "./remembered.ts";
import { forgotten } from "../staging/stage.ts";
import { traceKey } from "./trace.ts";

/** What is remembered of one text. */
export type TextMemory = {
  /** When that was looked at, in microseconds by Redis' clock. */
  readonly clock: number;
  readonly traces: readonly EarlierTrace[];
  /** Whether there are sends of few recipients. */
  readonly hasFew: boolean;
};

/**
 * The sorted set with the sends of one text that have left a trace, by when they are forgotten.
 *
 * @param text - of `sameTextOf`
 */
function indexKey(prefix: string, text: string): string {
  return `${prefix}:texts:${text}`;
}

/** The sorted set with the recipients of the other sends of one text, by number; a group has none, and stands at 0. */
export function fewKey(prefix: string, text: string): string {
  return `${prefix}:texts:${text}:few`;
}

/** The number by which one of few recipients is sorted. */
function scoreOf(recipient: string): string {
  return isGroup(recipient) ? "0" : recipient;
}

/** Entries of few recipients of which it is looked each time whether they are to be forgotten. */
const LOOKED_AT = 10;

/** Redis' clock in microseconds, of which no two scripts see the same, and an index without what is forgotten. */
const CLOCK = `
local time = redis.call("TIME")
local clock = string.format("%.0f", time[1] * 1000000 + time[2])
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", nowMs)
local there = { clock, redis.call("EXISTS", KEYS[2]), redis.call("ZRANGE", KEYS[1], 0, -1) }`;

/**
 * Writes sends down, and answers what was there before, in one step: of two that come at once, one sees the other.
 *
 * The few have no end of their own in Redis. Some of them are looked at whenever others are added, so that those who are to
 * be forgotten are never more than a fraction.
 *
 * Keys: the index, the few, the traces. Arguments: the time to live, what is written down of each trace, then the number of
 * each of the few and what is written down of it. Nothing is written where a trace is not there.
 */
const ANNOUNCE = `${CLOCK}
for position = 3, #KEYS do if redis.call("EXISTS", KEYS[position]) == 0 then return 0 end end
local ttl = tonumber(ARGV[1])
local times = clock .. " " .. string.format("%.0f", nowMs + ttl) .. " "
for position = 3, #KEYS do
  redis.call("PEXPIRE", KEYS[position], ttl)
  redis.call("ZADD", KEYS[1], nowMs + ttl, times .. ARGV[position - 1])
end
for position = #KEYS, #ARGV, 2 do redis.call("ZADD", KEYS[2], ARGV[position], times .. ARGV[position + 1]) end
for position = 1, 2 do
  if redis.call("PTTL", KEYS[position]) < ttl then redis.call("PEXPIRE", KEYS[position], ttl) end
end
for _, entry in ipairs(redis.call("ZRANDMEMBER", KEYS[2], ${LOOKED_AT})) do
  if tonumber(string.match(entry, "^%d+ (%d+)")) <= nowMs then redis.call("ZREM", KEYS[2], entry) end
end
return there`;

/** Keys: the index, the few. */
const LOOK = `${CLOCK}
return there`;

/** Writes sends of one text down for a while. @returns what was there before */
export async function remember(
  { link, prefix }: QueueAccess,
  text: string,
  sends: readonly RememberedIn[],
  keepMs: number,
): Promise<TextMemory> {
  const traced = sends.flatMap((send) => (send.kind === "trace" ? [send] : []));
  const few = sends.flatMap((each) => (each.kind === "few" ? each.entries.map((entry) => ({ ...each, entry })) : []));
  const keys = [indexKey(prefix, text), fewKey(prefix, text), ...traced.map(({ trace }) => traceKey(prefix, trace))];
  const values = [
    ...traced.map(writeTraced),
    ...few.flatMap(({ send, entry }) => [scoreOf(entry.recipient), writeFew(send, entry)]),
  ];
  const answer: unknown = await link.run(async () =>
    link.connection.eval(ANNOUNCE, keys.length, ...keys, keepMs, ...values),
  );
  if (!Array.isArray(answer)) throw forgotten();
  return memoryIn(answer);
}

/** What is remembered of one text. */
export async function recall({ link, prefix }: QueueAccess, text: string): Promise<TextMemory> {
  const answer: unknown = await link.run(async () =>
    link.connection.eval(LOOK, 2, indexKey(prefix, text), fewKey(prefix, text)),
  );
  return memoryIn(Array.isArray(answer) ? answer : []);
}

/** Where and for how long something was written down. */
export type WrittenDown = { readonly text: string; readonly clock: number; readonly keepMs: number };

/** Takes a send out of what is remembered. */
export async function forget(
  { link, prefix }: QueueAccess,
  { text, ...times }: WrittenDown,
  sent: RememberedIn,
): Promise<void> {
  const key = sent.kind === "few" ? fewKey(prefix, text) : indexKey(prefix, text);
  const members = membersOf(times, sent);
  if (members.length > 0) await link.run(async () => link.connection.zrem(key, ...members));
}

/** As {@link ANNOUNCE} has written them. */
function membersOf({ clock, keepMs }: Omit<WrittenDown, "text">, sent: RememberedIn): string[] {
  const times = { clock, endsMs: Math.floor(clock / 1_000) + keepMs };
  const texts = sent.kind === "few" ? sent.entries.map((entry) => writeFew(sent.send, entry)) : [writeTraced(sent)];
  return texts.map((text) => withTimes(times, text));
}

function memoryIn([clock, hasFew, members]: readonly unknown[]): TextMemory {
  const traces = Array.isArray(members) ? members.map((member) => readTraced(String(member))) : [];
  return { clock: Number(clock), hasFew: hasFew === 1, traces };
}
