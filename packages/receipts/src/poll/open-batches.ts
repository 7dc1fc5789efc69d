import type { Cluster, Redis } from "ioredis";
import type { Place } from "../terms/keys.ts";
import { openBatchesKey } from "./poll-keys.ts";

/** A batch whose report is looked at by its ID until all of it has ended. */
export type OpenBatch = {
  readonly batchId: string;
  readonly type: "summary" | "full";
  /** When the provider sends it, and when it stops trying. */
  readonly sentAt: Date;
  readonly expireAt: Date;
};

/** More than these are not looked at: whoever is due last goes. Each takes some 100 bytes. */
const MOST_BATCHES = 100_000;

/** A message is tried for three days at most. */
const KEEP_S = 5 * 24 * 60 * 60;

/** So long after its expiry a batch is looked at for the last time, in milliseconds: then it is `unreported`. */
const GRACE_MS = 60 * 60 * 1_000;

/** Between two looks at a batch pass half of its age, within these limits, in milliseconds. */
const REST_MS = { least: 1_000, most: 15 * 60 * 1_000 };

/** Keeps a batch, to be looked at soon after it is sent. */
export async function addOpenBatch(redis: Redis | Cluster, place: Place, batch: OpenBatch): Promise<void> {
  const key = openBatchesKey(place);
  await Promise.all([
    redis.zadd(key, batch.sentAt.getTime() + REST_MS.least, written(batch)),
    redis.zremrangebyrank(key, MOST_BATCHES, -1),
    redis.expire(key, KEEP_S),
  ]);
}

/** Those whose time has come, the first ones first. */
export async function dueBatches(redis: Redis | Cluster, place: Place, now: Date, limit: number): Promise<OpenBatch[]> {
  const found = await redis.zrangebyscore(openBatchesKey(place), "-inf", now.getTime(), "LIMIT", 0, limit);
  return found.flatMap((text) => read(text) ?? []);
}

/** Keeps a batch for the next look; one that is over is let go. */
export async function restBatch(
  redis: Redis | Cluster,
  place: Place,
  batch: OpenBatch,
  { now, isOver }: { readonly now: Date; readonly isOver: boolean },
): Promise<void> {
  const ageMs = now.getTime() - batch.sentAt.getTime();
  const restMs = Math.min(REST_MS.most, Math.max(REST_MS.least, ageMs / 2));
  const key = openBatchesKey(place);
  if (isOver || now.getTime() > batch.expireAt.getTime() + GRACE_MS) await redis.zrem(key, written(batch));
  else await redis.zadd(key, "XX", Math.round(now.getTime() + restMs), written(batch));
}

function written({ batchId, type, sentAt, expireAt }: OpenBatch): string {
  return [type, sentAt.getTime(), expireAt.getTime(), batchId].join(" ");
}

function read(text: string): OpenBatch | null {
  const [, type, sent, expire, batchId] = /^(summary|full) (\d+) (\d+) (.+)$/s.exec(text) ?? [];
  if (batchId === undefined) return null;
  return {
    batchId,
    type: type === "full" ? "full" : "summary",
    sentAt: new Date(Number(sent)),
    expireAt: new Date(Number(expire)),
  };
}
