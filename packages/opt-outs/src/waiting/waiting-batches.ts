import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";

/** Where the batches of a region stand that wait at the provider. */
export type WaitingPlace = {
  readonly redis: Redis | Cluster;
  /** BullMQ's; its hash tag keeps everything in one slot of a cluster. */
  readonly prefix: string;
  readonly region: string;
};

/** A batch that the provider has, and is to send later. */
export type WaitingBatch = {
  readonly batchId: string;
  /** Its `client_reference`. */
  readonly reference: string;
  /** When the provider had it, in milliseconds since 1970. */
  readonly handedOverAt: number;
  /** The job that it came of: a send, or a part of one. */
  readonly jobId: string;
  readonly sendId: string;
  /** The part's index; `null` where the send was not split. */
  readonly part: number | null;
  /** Its sender; left out where the provider chooses. */
  readonly from?: string;
  /** Left out for a text. */
  readonly type?: string;
  /** When the provider is to send it, in milliseconds since 1970. */
  readonly sendAt: number;
  /** Everybody whom it was to when it was accepted. */
  readonly to: readonly string[];
  /** Who was taken out of it at the provider. */
  readonly out: readonly string[];
  /** For whom that came too late. */
  readonly late: readonly string[];
  /** How many of those who were taken out stand in the result of the send. */
  readonly counted: number;
};

/** One that was read, and as it stood there. */
export type KeptWaiting = { readonly batch: WaitingBatch; readonly text: string };

/** The batches that wait: those that are due last are let go where there are more. A thousand people take some 14 kB. */
const MOST_WAITING = 20_000;

/** What became of those who were taken out is written down after the send has ended, which may be days later. */
const KEEP_MS = 4 * 24 * 60 * 60 * 1_000;

/** Batches that are read in one call. */
const READ_AT_ONCE = 100;

/**
 * Keys: the batches by when they are due, one of them. Values: its ID, when it is due, for how long it is kept, what it is.
 *
 * @returns the ID of the one that is let go of where there are too many, which may be this one
 */
const ADD = createRedisScript(`
local letGo = false
if redis.call("ZCARD", KEYS[1]) >= ${MOST_WAITING} and not redis.call("ZSCORE", KEYS[1], ARGV[1]) then
  local last = redis.call("ZRANGE", KEYS[1], -1, -1, "WITHSCORES")
  if tonumber(ARGV[2]) >= tonumber(last[2]) then return ARGV[1] end
  letGo = last[1]
  redis.call("ZREM", KEYS[1], letGo)
end
redis.call("SET", KEYS[2], ARGV[4], "PX", ARGV[3])
redis.call("ZADD", KEYS[1], ARGV[2], ARGV[1])
if redis.call("PTTL", KEYS[1]) < tonumber(ARGV[3]) then redis.call("PEXPIRE", KEYS[1], ARGV[3]) end
return letGo`);

/** Keys: one batch. Values: what it was when it was read, what it is now. @returns whether nobody has changed it in between */
const CHANGE = createRedisScript(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "KEEPTTL")
return 1`);

/** The sorted set of the batches of a region that wait, by when they are due. */
export function waitingKey({ prefix, region }: Pick<WaitingPlace, "prefix" | "region">): string {
  return `${prefix}:waiting:${region}`;
}

/** One of them, as JSON: its people stand in it by number. It goes with the batch's time, or soon after it. */
export function waitingBatchKey(place: Pick<WaitingPlace, "prefix" | "region">, batchId: string): string {
  return `${waitingKey(place)}:${encodeURIComponent(batchId)}`;
}

/**
 * Writes down a batch that waits, or writes it anew.
 *
 * @returns `false` where one had to be let go of, which may be this one: nobody is taken out of it any more
 */
export async function addWaiting(place: WaitingPlace, batch: WaitingBatch, now: Date): Promise<boolean> {
  const keys = [waitingKey(place), waitingBatchKey(place, batch.batchId)];
  const lastsMs = Math.ceil(Math.max(0, batch.sendAt - now.getTime()) + KEEP_MS);
  const letGo = await ADD.run(place.redis, keys, [batch.batchId, batch.sendAt, lastsMs, JSON.stringify(batch)]);
  if (typeof letGo !== "string") return true;
  if (letGo !== batch.batchId) await place.redis.unlink(waitingBatchKey(place, letGo));
  return false;
}

/** When each batch is due that is written down, by its ID, in milliseconds: those that are due first come first. */
export async function listWaiting(place: WaitingPlace): Promise<Map<string, number>> {
  const listed = await place.redis.zrange(waitingKey(place), 0, "-1", "WITHSCORES");
  const due = new Map<string, number>();
  for (let at = 0; at < listed.length; at += 2) due.set(listed[at] ?? "", Number(listed[at + 1]));
  return due;
}

/** Reads some of them, a page at a time. Those that are gone, or that nobody can read, are not among them. */
export async function* readWaiting(place: WaitingPlace, batchIds: readonly string[]): AsyncGenerator<KeptWaiting[]> {
  for (let at = 0; at < batchIds.length; at += READ_AT_ONCE) {
    const keys = batchIds.slice(at, at + READ_AT_ONCE).map((id) => waitingBatchKey(place, id));
    const texts = await place.redis.mget(...keys);
    yield texts.flatMap((text) => keptOf(text));
  }
}

function keptOf(text: string | null): KeptWaiting[] {
  try {
    const batch = JSON.parse(text ?? "null") as WaitingBatch | null;
    const isOne = [batch?.to, batch?.out, batch?.late].every(Array.isArray);
    return text !== null && batch !== null && isOne ? [{ batch, text }] : [];
  } catch {
    return [];
  }
}

/**
 * Changes one.
 *
 * @returns how it stands now; `null` where somebody else has changed it since it was read
 */
export async function changeWaiting(
  place: WaitingPlace,
  { batch, text }: KeptWaiting,
  changes: Partial<Pick<WaitingBatch, "to" | "out" | "late" | "counted">>,
): Promise<KeptWaiting | null> {
  const changed = { ...batch, ...changes };
  const next = JSON.stringify(changed);
  const isChanged = await CHANGE.run(place.redis, [waitingBatchKey(place, batch.batchId)], [text, next]);
  return isChanged === 1 ? { batch: changed, text: next } : null;
}

/** Lets go of batches that wait no more. */
export async function dropWaiting(place: WaitingPlace, batchIds: readonly string[]): Promise<void> {
  if (batchIds.length === 0) return;
  await place.redis.zrem(waitingKey(place), ...batchIds);
  await place.redis.unlink(...batchIds.map((id) => waitingBatchKey(place, id)));
}
