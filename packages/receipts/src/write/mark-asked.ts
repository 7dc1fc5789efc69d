import { referredSend } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { ASKED_FIELD, deliveryKey, type Place } from "../terms/keys.ts";

/**
 * Writes down that reports were asked for on a send that does not say so itself.
 *
 * @param keepS - for how long, in seconds
 */
export async function markAsked(redis: Redis | Cluster, place: Place, reference: string, keepS: number): Promise<void> {
  const send = referredSend(reference);
  if (send === null) return;
  const key = deliveryKey(place, send.id);
  await Promise.all([redis.hset(key, ASKED_FIELD, ""), redis.expire(key, keepS)]);
}
