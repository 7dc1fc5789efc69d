import { LIMITS } from "@volley/contract";
import { type DeliveriesPlace, readDeliveries as readPage, type RecipientDelivery } from "@volley/receipts";
import { namesOf } from "./read-delivery.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { requireJob } from "../redis/find-job.ts";
import { invalidCursor, ownerOf, type PageOption, resultOf } from "./read-batches.ts";

/** What became of the messages to some recipients of a send. */
export type DeliveriesPage = {
  readonly deliveries: readonly RecipientDelivery[];
  /** For the next page, which may be empty; `null` when there is none. */
  readonly cursor: string | null;
};

/** Whose cursor it is, a hash, the recipient behind whom it begins, and a batch. */
const CURSOR = /^(?<owner>[\w-]{8})\.(?<bucket>\d{1,3})\.(?<after>\d{0,20})\.(?<batch>[\w-]+)$/;

/**
 * Reads what became of the messages to recipients of a send, of whom the provider has reported; in no order that means anything.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
 */
export async function readDeliveries(
  access: QueueAccess,
  address: SendAddress,
  { cursor, limit = LIMITS.batchesInResult }: PageOption,
): Promise<DeliveriesPage> {
  const from = cursor === undefined ? null : placeOf(cursor, address);
  const job = await requireJob(access, address);
  const { link, prefix } = access;
  const { deliveries, next } = await link.run(async () =>
    readPage(link.connection, {
      place: { prefix, region: address.region },
      names: namesOf(address.id, resultOf(job)),
      from,
      limit: Math.min(LIMITS.batchesInResult, limit),
    }),
  );
  return { deliveries, cursor: next && written(address, next) };
}

function placeOf(cursor: string, address: SendAddress): DeliveriesPlace {
  const found = CURSOR.exec(cursor)?.groups;
  if (found?.["owner"] !== ownerOf(address)) throw invalidCursor();
  const batch = Buffer.from(found["batch"] ?? "", "base64url").toString();
  return { batch, bucket: Number(found["bucket"]), after: found["after"] ?? "" };
}

function written(address: SendAddress, { batch, bucket, after }: DeliveriesPlace): string {
  return `${ownerOf(address)}.${bucket}.${after}.${Buffer.from(batch).toString("base64url")}`;
}
