import { normaliseRecipient, valuesOfNumbers } from "@volley/contract";
import { REACH_IN_DOUBT, reachedBatch } from "@volley/receipts";
import type { Batch } from "@volley/sinch";
import type { BatchEnd } from "./batch-end.ts";
import type { RegionContext } from "../region/region-context.ts";

/**
 * Says of a batch that is canceled whether it still is what people answer to: not where it has reached nobody. It never rejects: a
 * cancellation does not wait for what answers are told by.
 *
 * @param shown - as the provider shows it; one that shows less than whose it is changes nothing
 * @param recipients - how many it is to
 */
export async function noteCanceled(
  { prefix, region, linkAnswersS, scripts, log }: RegionContext,
  shown: Partial<Batch>,
  recipients: number,
  { tooLate, unknown }: BatchEnd,
): Promise<void> {
  const { id, from, to = [], client_reference: reference } = shown;
  if (linkAnswersS === 0 || id === undefined || reference === undefined) return;
  const people = to.map((recipient) => normaliseRecipient(recipient) ?? recipient);
  const batch = { from, recipients: people, values: () => valuesOfNumbers(people), reference, sendAt: null };
  const reached = reachedBatch({ prefix, region }, batch, linkAnswersS);
  if (reached === null || people.length === 0) return;
  const ending = tooLate === recipients ? id : tooLate + unknown === 0 ? null : REACH_IN_DOUBT;
  try {
    await scripts.reachEnded(reached.ended(ending));
  } catch (error) {
    log.debug({ region, err: error }, "answers may still find a batch that is canceled");
  }
}
