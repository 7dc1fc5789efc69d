import { normaliseRecipient, readTime, valuesOfNumbers } from "@volley/contract";
import type { Batch } from "@volley/sinch";
import type { RegionContext } from "../region/region-context.ts";
import { perhapsToMore } from "./choose-batch.ts";
import type { LotDispatch } from "./lot-dispatch.ts";

/**
 * A batch that was found, and that somebody has changed since it was accepted: people may have been taken out of it, as whoever
 * opts out is while it waits for its time. How many it was to says the name of the next lot, so that nobody knows any more
 * whether there is one. Nothing is sent to whoever is left then. Who is on the suppression list would not be anyway.
 *
 * @returns the batch; where somebody is left who may have a batch behind it, one that perhaps does not say whom it is to
 */
export async function changedBatch(
  { suppressions, region }: RegionContext,
  { open, send }: LotDispatch,
  batch: Batch,
): Promise<Batch> {
  const { created_at, modified_at, to } = batch;
  const [created, modified] = [created_at, modified_at].map((text) => (text ? readTime(text) : null));
  if (send.sendAt === null || to === undefined || !created || !modified || modified <= created) return batch;
  const shown = new Set(to.map((recipient) => normaliseRecipient(recipient) ?? recipient));
  const left = open().filter((recipient) => !shown.has(recipient));
  if (left.length === 0 || left.includes("")) return batch;
  // Where it cannot be read, nobody is known to be on it.
  await suppressions.upTo(null).catch(() => {});
  const out = suppressions.among(() => valuesOfNumbers(left), { region, sender: send.message.from });
  return out.length === left.length ? batch : perhapsToMore(batch);
}
