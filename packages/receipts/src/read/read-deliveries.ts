import type { Cluster, Redis } from "ioredis";
import { isFinal } from "../terms/delivery-state.ts";
import { batchField, bucketKey, bucketOf, BUCKETS, deliveryKey, type Place } from "../terms/keys.ts";
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

/** Where a page begins: behind a recipient of a hash of a batch, or with the first of that hash. */
export type DeliveriesPlace = { readonly batch: string; readonly bucket: number; readonly after: string };

/**
 * Reads what became of the messages to recipients of a send who were heard of, in the order of its batches.
 *
 * @param from - where to begin; `null`: at the beginning
 * @param limit - the most of a page
 */
export async function readDeliveries(
  redis: Redis | Cluster,
  { place, names, from, limit }: DeliveriesQuery,
): Promise<DeliveriesPage> {
  const batches = await batchesOf(redis, place, names);
  const deliveries: RecipientDelivery[] = [];
  for (const batch of batches.filter((id) => from === null || id >= from.batch)) {
    const first = batch === from?.batch ? from.bucket : 0;
    for (let bucket = first; bucket < BUCKETS; bucket += 1) {
      const after = batch === from?.batch && bucket === first ? from.after : "";
      const found = await readBucket(redis, bucketKey(place, batch, bucket), batch);
      for (const delivery of found.filter(({ recipient }) => recipient > after)) {
        // Whoever is heard of meanwhile stands somewhere between the others: a place is a recipient, not a number.
        const last = deliveries.at(-1);
        const isSame = last?.batch_id === batch && bucketOf(last.recipient) === bucket;
        if (deliveries.length >= limit)
          return { deliveries, next: { batch, bucket, after: isSame ? last.recipient : after } };
        deliveries.push(delivery);
      }
    }
  }
  return { deliveries, next: null };
}

/** In the order of their numbers as texts. */
async function readBucket(redis: Redis | Cluster, key: string, batchId: string): Promise<RecipientDelivery[]> {
  const found = Object.entries(await redis.hgetall(key));
  return found
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([recipient, kept]) => {
      const state = unpackState(kept, batchId);
      if (state === null) return [];
      const { status, code, at } = state;
      return [{ recipient, batch_id: batchId, status, code, at: at.toISOString(), is_final: isFinal(state) }];
    });
}

/** What {@link readDeliveries} is asked for. */
export type DeliveriesQuery = {
  readonly place: Place;
  /** What the references of its batches name the send. */
  readonly names: readonly string[];
  readonly from: DeliveriesPlace | null;
  readonly limit: number;
};

/** Those whose recipients were named. Their IDs begin with the time. */
async function batchesOf(redis: Redis | Cluster, place: Place, names: readonly string[]): Promise<string[]> {
  const hashes = await Promise.all(names.map(async (name) => redis.hgetall(deliveryKey(place, name))));
  const mark = batchField("");
  return hashes
    .flatMap((fields) => Object.entries(fields))
    .filter(([name, value]) => name.startsWith(mark) && value === "")
    .map(([name]) => name.slice(mark.length))
    .toSorted();
}
