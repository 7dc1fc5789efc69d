import {
  CHANGE_LIMITS,
  JOB_NAME,
  limitsKey,
  LIMITS,
  queueName,
  readLimits,
  recipientsPerSecond,
} from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { type Backlog, backlogOfSample, secondsUntilDone, type WaitingJob } from "./seconds-until-done.ts";
import type { QueueAccess } from "../redis/queue-access.ts";

/** A send whose end is estimated. */
export type Estimated = {
  readonly id: string;
  readonly region: string;
  /** Recipients whom it has still to reach. */
  readonly left: number;
  /** Nothing of it is sent before. */
  readonly from: Date;
};

/** Long sends that are looked at; whoever has more of them waits for days anyway. */
const MOST_SENDS = 1_000;

/** Waiting jobs that are looked at: half of them those that are next, half those that came last. */
const MOST_JOBS = 300;

/** How much of their data is looked into. With both limits Redis takes at most about 4 ms for it, measured. */
const MOST_BYTES = 400_000;

/** Waiting jobs among which a send's own place is looked for. */
const MOST_PLACES = 100_000;

/** The last time that a `Date` can tell; what lies behind it cannot be written down. */
const LAST_MS = 8.64e15;

/**
 * What waits before a send. Keys: the queue's waiting and active jobs. Arguments: the beginning of a job's key, the send's
 * ID or nothing, "long" when it is split into parts, the most jobs to be looked at, the most bytes of them, the most jobs
 * among which the send is looked for, the name of the jobs that send.
 *
 * The data are not decoded, which takes a hundred times as long: a list of recipients is as many as the first of them go
 * into it by their length. A quote inside a text is escaped, so that no text looks like a field.
 *
 * @returns how many jobs wait before it, then of each that was looked at its recipients, or -1, and its bytes
 */
const READ_WAITING = `
local length = redis.call("LLEN", KEYS[1])
local first, own = 0, false
if ARGV[2] ~= "" then
  own = redis.call("LPOS", KEYS[1], ARGV[2], "RANK", -1, "MAXLEN", ARGV[6])
  if ARGV[3] ~= "long" then
    if own then first = own + 1
    elseif redis.call("LPOS", KEYS[2], ARGV[2]) then first = length end
  end
end
local function listed(data, from)
  if string.sub(data, from, from) == "]" then return 0 end
  local last = string.find(data, '"]', from, true)
  last = last and last + 1
  local at, entries = from, 0
  while last and entries < 16 do
    local opens = string.find(data, '"', at, true)
    if not opens or opens > last then break end
    at = string.find(data, '"', opens + 1, true)
    if not at then return entries end
    at, entries = at + 1, entries + 1
  end
  if entries < 16 then return entries end
  return math.floor((last - from + 1) * entries / (at - from + 1) + 0.5)
end
local function recipients(data)
  local staged = string.find(data, '"staged":{', 1, true)
  if staged then return tonumber(string.match(data, '"recipients":(%d+)', staged)) or 0 end
  local _, to = string.find(data, '"to":[', 1, true)
  return to and listed(data, to + 1) or 0
end
local before = length - first
if own and first == 0 and ARGV[3] == "long" then before = before - 1 end
local answer, budget = { before }, tonumber(ARGV[5])
local function look(id)
  if id == ARGV[2] then return end
  local key = ARGV[1] .. id
  local job = redis.call("HMGET", key, "name", "parentKey")
  if job[1] ~= ARGV[7] or job[2] then
    table.insert(answer, 0); table.insert(answer, 0)
    return
  end
  local bytes = redis.call("HSTRLEN", key, "data")
  local count = -1
  if bytes <= budget then
    budget = budget - bytes
    count = recipients(redis.call("HGET", key, "data") or "")
  end
  table.insert(answer, count); table.insert(answer, bytes)
end
local half = math.floor(ARGV[4] / 2)
local middle = math.max(first, length - half)
for _, id in ipairs(redis.call("LRANGE", KEYS[1], middle, -1)) do look(id) end
if middle > first then
  for _, id in ipairs(redis.call("LRANGE", KEYS[1], first, math.min(middle, first + half) - 1)) do look(id) end
end
return answer`;

/**
 * Whether nothing but the send itself waits. Keys: the queue's waiting jobs, and its sends whose parts are on their way.
 * Arguments: the send's ID.
 */
const WAITS_ALONE = `
local waiting, planned = redis.call("LLEN", KEYS[1]), redis.call("ZCARD", KEYS[2])
if waiting > 1 or planned > 1 then return 0 end
if waiting == 1 and redis.call("LINDEX", KEYS[1], 0) ~= ARGV[1] then return 0 end
if planned == 1 and not redis.call("ZSCORE", KEYS[2], ARGV[1]) then return 0 end
return 1`;

/** Whether nothing else waits in a send's region, so that there is no backlog to be read. */
export async function waitsAlone(
  access: QueueAccess,
  { id, region }: Pick<Estimated, "id" | "region">,
): Promise<boolean> {
  const queue = access.queueOf(region);
  const keys = [queue.toKey("wait"), queue.toKey("waiting-children")];
  return (await access.link.connection.eval(WAITS_ALONE, 2, ...keys, id)) === 1;
}

/**
 * When a send is done at its region's limits and with what lies before it.
 *
 * @returns `null` when nobody knows how fast the region is, until when it is paused, or whether it will ever have a worker
 */
export async function estimateEnd(access: QueueAccess, send: Estimated): Promise<Date | null> {
  const key = limitsKey(access.prefix, send.region);
  const [answer, isPaused] = await Promise.all([
    access.link.connection.eval(CHANGE_LIMITS, 1, key),
    access.queueOf(send.region).isPaused(),
  ]);
  const { limits, requestMs, isPublished } = readLimits(answer);
  const perSecond = recipientsPerSecond(limits, requestMs);
  return perSecond === null || isPaused || !isPublished ? null : endBehindBacklog(access, send, perSecond);
}

/**
 * When a send is done with what lies before it in its region.
 *
 * @param perSecond - how fast the region is, of `recipientsPerSecond`
 */
export async function endBehindBacklog(access: QueueAccess, send: Estimated, perSecond: number): Promise<Date> {
  const { left, from } = send;
  const seconds = secondsUntilDone(left, await readBacklog(access, send), perSecond);
  return new Date(Math.min(LAST_MS, from.getTime() + Math.ceil(seconds * 1_000)));
}

/** Whom a region has still to reach, and where. */
export type RegionPlace = { readonly redis: Redis | Cluster; readonly prefix: string; readonly region: string };

/** About how many recipients all sends on a region's queue have still to reach; what is held for its time is not in it. */
export async function countWaiting({ redis, prefix, region }: RegionPlace): Promise<number> {
  const toKey = (part: string): string => `${prefix}:${queueName(region)}:${part}`;
  const access = { link: { connection: redis }, queueOf: () => ({ toKey }) };
  const all = { id: "", region, left: Number.POSITIVE_INFINITY };
  const { others, shortRecipients } = await readBacklog(access, all);
  return Math.round(others.reduce((sum, { left, sends }) => sum + left * sends, shortRecipients));
}

/** As much of the access to queues as it takes to look at one. */
type BacklogAccess = {
  readonly link: Pick<QueueAccess["link"], "connection">;
  readonly queueOf: (region: string) => { readonly toKey: (part: string) => string };
};

/**
 * What lies before a send.
 *
 * Exact: how many jobs wait before it, as long as they are at most 100,000; the recipients of staged sends, and of lists of
 * up to 16. An estimate: longer lists, by the length of their first recipients; the lists that were too much to be looked
 * into, by the length of their data; the jobs beyond the first and the last of those that wait, which count as these do on
 * average; and planned sends, each part of which counts as full while it is not done. The recipients of a send that was
 * refused in part count as if nobody of them had been accepted yet.
 *
 * A send of one part waits for those that came before it, and for none once it is at work. One of several parts waits for
 * all that are on the queue: whatever is short goes before it, and whatever is long takes turns with it.
 */
async function readBacklog(access: BacklogAccess, send: Omit<Estimated, "from">): Promise<Backlog> {
  const [waiting, planned] = await Promise.all([readWaiting(access, send), readPlanned(access, send)]);
  return { ...waiting, others: [...waiting.others, ...planned.map((left) => ({ left, sends: 1 }))] };
}

/** What is not planned. Parts on their way are not in it: they count with their sends. */
async function readWaiting(
  { link, queueOf }: BacklogAccess,
  { id, region, left }: Omit<Estimated, "from">,
): Promise<Backlog> {
  const queue = queueOf(region);
  const size = left > LIMITS.recipientsPerBatch ? "long" : "short";
  const keys = [queue.toKey("wait"), queue.toKey("active")];
  const limits = [MOST_JOBS, MOST_BYTES, MOST_PLACES];
  const answer = await link.connection.eval(READ_WAITING, 2, ...keys, queue.toKey(""), id, size, ...limits, JOB_NAME);
  const [before = 0, ...looked] = Array.isArray(answer) ? answer.map(Number) : [];
  const sample: WaitingJob[] = [];
  for (let at = 0; at + 1 < looked.length; at += 2) {
    const [recipients = 0, bytes = 0] = looked.slice(at, at + 2);
    sample.push({ recipients: recipients < 0 ? null : recipients, bytes });
  }
  return backlogOfSample(sample, before);
}

async function readPlanned(
  { link, queueOf }: BacklogAccess,
  { id: own, region }: Pick<Estimated, "id" | "region">,
): Promise<number[]> {
  const queue = queueOf(region);
  const redis = link.connection;
  const planned = await redis.zrange(queue.toKey("waiting-children"), "0", String(MOST_SENDS - 1));
  const others = planned.filter((id) => id !== own);
  const parts = await Promise.all(others.map(async (id) => redis.scard(`${queue.toKey(id)}:dependencies`)));
  return parts.map((count) => count * LIMITS.recipientsPerBatch);
}
