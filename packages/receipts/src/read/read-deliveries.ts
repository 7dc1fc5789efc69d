import type { Cluster, Redis } from "ioredis";
import { isFinal } from "../terms/delivery-state.ts";
import { batchField, bucketKey, BUCKETS, deliveryKey, type Place } from "../terms/keys.ts";
import { unpackState } from "../terms/packed-state.ts";

/** What became of the message to one recipient. */
export type RecipientDelivery = {
  readonly recipient: string;
  readonly batch_id: string;
  readonly status: string;
  readonly code: number | null;
  /** As ISO-8601, to the second. */
  readonly at: string;
  readonly is_final: boolean;
};

/** Some of them. */
export type DeliveriesPage = {
  readonly deliveries: readonly RecipientDelivery[];
  /** Where the next page begins; `null` after the last one. */
  readonly next: DeliveriesPlace | null;
};

/** Where a page begins: a batch, and one of its hashes. */
export type DeliveriesPlace = { readonly batch: string; readonly bucket: number };

/**
 * Reads what became of the messages to recipients of a send who were heard of, in the order of its batches.
 *
 * @param from - where to begin; `null`: at the beginning
 * @param limit - about how many: a page ends with the hash that reaches it
 */
export async function readDeliveries(
  redis: Redis | Cluster,
  { place, sendId, from, limit }: DeliveriesQuery,
): Promise<DeliveriesPage> {
  const batches = await batchesOf(redis, place, sendId);
  const deliveries: RecipientDelivery[] = [];
  for (const batch of batches.filter((id) => from === null || id >= from.batch)) {
    const first = batch === from?.batch ? from.bucket : 0;
    for (let bucket = first; bucket < BUCKETS; bucket += 1) {
      if (deliveries.length >= limit) return { deliveries, next: { batch, bucket } };
      const found = await redis.hgetall(bucketKey(place, batch, bucket));
      for (const [recipient, kept] of Object.entries(found)) {
        const state = unpackState(kept, batch);
        if (state === null) continue;
        const { status, code, at } = state;
        deliveries.push({ recipient, batch_id: batch, status, code, at: at.toISOString(), is_final: isFinal(state) });
      }
    }
  }
  return { deliveries, next: null };
}

/** What {@link readDeliveries} is asked for. */
export type DeliveriesQuery = {
  readonly place: Place;
  readonly sendId: string;
  readonly from: DeliveriesPlace | null;
  readonly limit: number;
};

/** Those whose recipients were named. Their IDs begin with the time. */
async function batchesOf(redis: Redis | Cluster, place: Place, sendId: string): Promise<string[]> {
  const fields = await redis.hgetall(deliveryKey(place, sendId));
  const mark = batchField("");
  return Object.entries(fields)
    .filter(([name, value]) => name.startsWith(mark) && value === "")
    .map(([name]) => name.slice(mark.length))
    .toSorted();
}
