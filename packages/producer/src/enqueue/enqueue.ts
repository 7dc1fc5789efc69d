import { sendId } from "@volley/contract";
import { readDuplicates } from "../duplicates/duplicates.ts";
import { namingDifferences } from "../claim/name-differences.ts";
import { isShortList, type SendToMany } from "../recipients/recipient-source.ts";
import { requireKey, requireRegion } from "../terms/require-argument.ts";
import { afterAdding } from "./after-adding.ts";
import { enqueueShort } from "./enqueue-short.ts";
import { enqueueStaged } from "./enqueue-staged.ts";
import type { Enqueued, EnqueueOptions, EnqueueContext } from "./enqueue-terms.ts";

/**
 * Puts a send on its region's queue, once per idempotency key. A short list travels in the job; a long one, and whatever
 * yields recipients one by one, is staged first.
 */
export async function enqueueSend(
  context: EnqueueContext,
  send: SendToMany,
  { region, idempotencyKey, duplicates, ...options }: EnqueueOptions,
): Promise<Enqueued> {
  options.signal?.throwIfAborted();
  requireRegion(region);
  requireKey(idempotencyKey);
  const target = { id: sendId(region, idempotencyKey), region, duplicates: readDuplicates(duplicates) };
  const enqueued = isShortList(send)
    ? enqueueShort(context, send, target)
    : enqueueStaged(context, send, { ...options, ...target });
  const outcome = await enqueued.catch(async (error: unknown) => {
    throw await namingDifferences(context, target, send, error);
  });
  const { id } = target;
  const added = { id, region, alreadyEnqueued: outcome.alreadyEnqueued, recipients: outcome.recipients.valid };
  return { id, region, ...outcome, warnings: await afterAdding(context, send, added) };
}
