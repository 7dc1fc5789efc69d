import type { Cluster, Redis } from "ioredis";
import { deliveryKey, type Place, redeliverKey, RETRIED_FIELD } from "../terms/keys.ts";

/** No send can be sent once more when it is older. */
const KEPT_S = 30 * 24 * 60 * 60;

/** Notes that a send is to be looked at, from then on. It stays where it was noted before. */
export async function watchRetry(redis: Redis | Cluster, place: Place, sendId: string, from: Date): Promise<void> {
  const key = redeliverKey(place);
  await Promise.all([redis.zadd(key, "NX", from.getTime(), sendId), redis.expire(key, KEPT_S)]);
}

/** Nobody else takes it until then. */
const CLAIM_SCRIPT = `
local due = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", ARGV[1], "LIMIT", 0, 1)
if due[1] then redis.call("ZADD", KEYS[1], ARGV[2], due[1]) end
return due[1] or false
`;

/**
 * Takes the send that is to be looked at first, and is the only one that does until a time: whoever dies meanwhile leaves it to
 * the others then.
 *
 * @param dueBy - what is to be looked at later is none
 * @returns its ID, `null` where there is none
 */
export async function claimRetry(
  redis: Redis | Cluster,
  place: Place,
  { dueBy, until }: { readonly dueBy: Date; readonly until: Date },
): Promise<string | null> {
  const claimed = await redis.eval(CLAIM_SCRIPT, 1, redeliverKey(place), dueBy.getTime(), until.getTime());
  return typeof claimed === "string" ? claimed : null;
}

/** How many sends are to be looked at by then, and were not yet. */
export async function countRetries(redis: Redis | Cluster, place: Place, dueBy: Date): Promise<number> {
  return redis.zcount(redeliverKey(place), "-inf", dueBy.getTime());
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
