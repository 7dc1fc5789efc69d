import type { Cluster, Redis } from "ioredis";
import { deliveryKey, type Place, redeliverKey, RETRIED_FIELD } from "../terms/keys.ts";

/** No send can be sent once more when it is older. */
const KEPT_S = 30 * 24 * 60 * 60;

/** Notes that a send is to be looked at, from then on. It stays where it was noted before. */
export async function watchRetry(redis: Redis | Cluster, place: Place, sendId: string, from: Date): Promise<void> {
  const key = redeliverKey(place);
  await Promise.all([redis.zadd(key, "NX", from.getTime(), sendId), redis.expire(key, KEPT_S)]);
}

/** Sends that are to be looked at now. */
export async function dueRetries(
  redis: Redis | Cluster,
  place: Place,
  { now, most }: { readonly now: Date; readonly most: number },
): Promise<string[]> {
  return redis.zrangebyscore(redeliverKey(place), "-inf", now.getTime(), "LIMIT", 0, most);
}

/** Looks at it again then. Whoever has ended it meanwhile has ended it. */
export async function putOffRetry(redis: Redis | Cluster, place: Place, sendId: string, until: Date): Promise<void> {
  await redis.zadd(redeliverKey(place), "XX", until.getTime(), sendId);
}

/** Looks at it no more. @param retriedAs - the send that goes once more to some of it; `null` where none does */
export async function endRetry(
  redis: Redis | Cluster,
  place: Place,
  sendId: string,
  retriedAs: string | null,
): Promise<void> {
  // The other way round a crash in between would leave it without a word.
  if (retriedAs !== null) await redis.hset(deliveryKey(place, sendId), RETRIED_FIELD, retriedAs);
  await redis.zrem(redeliverKey(place), sendId);
}
