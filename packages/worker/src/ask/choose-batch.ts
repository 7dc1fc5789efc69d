import type { Batch, Failure, SinchClient } from "@volley/sinch";
import { compareBatch, type Comparison, type SentRequest } from "./compare-batch.ts";

/** What batches come to that have our reference, and of which the list showed none to be ours for certain. */
export type Choice =
  | { readonly kind: "found"; readonly batch: Batch }
  /** All of them are others: the newest differs in this field. */
  | { readonly kind: "others"; readonly field: string }
  | { readonly kind: "unasked"; readonly failure: Failure };

/** A reference has one batch. So many are looked at. */
const MOST_LOOKED_AT = 10;

/**
 * Chooses ours among batches with our reference. Where the list did not show enough, the batch itself is read; what it
 * does not show either speaks neither for nor against it. One that was canceled is taken only where there is no other.
 *
 * @param batches - newest first, at least one
 */
export async function chooseBatch(
  client: Pick<SinchClient, "readBatch">,
  batches: readonly Batch[],
  request: SentRequest,
): Promise<Choice> {
  let canceled: Batch | null = null;
  let field = "";
  for (const listed of batches.slice(0, MOST_LOOKED_AT)) {
    const seen = await lookAt(client, listed, request);
    if (seen.kind === "unasked") return seen;
    const { batch, comparison } = seen;
    if (comparison.kind === "other") field ||= comparison.field;
    else if (batch.canceled) canceled ??= batch;
    else return { kind: "found", batch };
  }
  return canceled ? { kind: "found", batch: canceled } : { kind: "others", field };
}

type Look =
  | { readonly kind: "seen"; readonly batch: Batch; readonly comparison: Comparison }
  | { readonly kind: "unasked"; readonly failure: Failure };

async function lookAt(
  { readBatch }: Pick<SinchClient, "readBatch">,
  listed: Batch,
  request: SentRequest,
): Promise<Look> {
  const comparison = compareBatch(listed, request);
  if (comparison.kind !== "unclear") return { kind: "seen", batch: listed, comparison };
  const reading = await readBatch(listed.id);
  if (reading.kind === "batch") {
    // The list may have shown what the batch itself does not.
    const shown = Object.entries(reading.batch).filter(([, value]) => value !== undefined);
    const batch: Batch = { ...listed, ...Object.fromEntries(shown) };
    return { kind: "seen", batch, comparison: compareBatch(batch, request) };
  }
  // 404: a batch that is listed and cannot be read yet, or no longer. The list may not show everybody whom it is to.
  if ("status" in reading && reading.status === 404) return { kind: "seen", batch: perhapsToMore(listed), comparison };
  return { kind: "unasked", failure: reading };
}

/**
 * A batch that says whom it is to, and perhaps not everybody: beside those it names somebody whom nobody is. Whoever is left of
 * the lot is neither in it for certain nor to be sent to.
 */
export function perhapsToMore({ to, ...batch }: Batch): Batch {
  return to === undefined || to.length === 0 ? batch : { ...batch, to: [...to, ""] };
}
