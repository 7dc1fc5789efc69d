import {
  addCounts,
  combinedState,
  LIMITS,
  noRecipients,
  PART_FAILED,
  type PlannedSend,
  originalIndex,
  type RecipientCounts,
  type RejectedRecipient,
  type SendResult,
  type SendState,
  stateOfSend,
} from "@volley/contract";
import { type PartResults, sizeOfPart, wholePart } from "./part-results.ts";
import { type PartsPage, partsIn } from "../terms/parts-page.ts";
import { rejectedByVolley } from "../ledger/result-of-ledger.ts";

/** What the parts of a send came to so far. It does not grow with them: what is named is bounded, the rest is counted. */
export type Merged = {
  readonly states: ReadonlySet<SendState>;
  readonly counts: RecipientCounts;
  readonly batches: SendResult["batches"];
  readonly rejected: readonly RejectedRecipient[];
  readonly errors: SendResult["errors"];
  /** All of them, named or not. */
  readonly batchCount: number;
  readonly errorCount: number;
};

/** No part yet. */
export const NO_PARTS: Merged = {
  states: new Set(),
  counts: noRecipients(0),
  batches: [],
  rejected: [],
  errors: [],
  batchCount: 0,
  errorCount: 0,
};

/** The results of some parts together with those before them. @param results - by part, in their order */
export function mergePage(merged: Merged, results: readonly SendResult[]): Merged {
  const batches = results.flatMap((result) => result.batches);
  const errors = results.flatMap((result) => result.errors);
  return {
    states: new Set([...merged.states, ...results.map(({ state }) => state)]),
    counts: results.reduce((sum, { recipients }) => addCounts(sum, recipients), merged.counts),
    batches: first(LIMITS.batchesInResult, merged.batches, batches),
    rejected: first(
      LIMITS.rejectedInResult,
      merged.rejected,
      results.flatMap(({ rejected }) => rejected),
    ),
    errors: first(LIMITS.errorsInResult, merged.errors, errors),
    batchCount: merged.batchCount + batches.length,
    errorCount: merged.errorCount + errors.length,
  };
}

/**
 * The result of a send whose parts have all been merged. Every recipient that was asked for is in exactly one count.
 *
 * @param planned - who was rejected when the send was planned
 */
export function resultOfMerged(
  region: string,
  { requested, duplicate, rejected, rejections }: PlannedSend["planned"],
  merged: Merged,
): SendResult {
  const { counts } = merged;
  return {
    ...namedOf(merged),
    region,
    recipients: {
      ...counts,
      requested,
      rejected: counts.rejected + rejected,
      duplicate: counts.duplicate + duplicate,
    },
    rejected: first(LIMITS.rejectedInResult, rejectedByVolley(rejections), merged.rejected),
  };
}

/**
 * The result of a settled send after some of its parts have changed. Who was rejected when it was planned is what it has
 * more than its parts.
 */
export function remerged(before: SendResult, merged: Merged): SendResult {
  const { counts } = merged;
  const { omitted: _, ...kept } = before;
  const { requested, duplicate } = before.recipients;
  const rejected = requested - duplicate - counts.requested;
  return {
    ...kept,
    ...namedOf(merged),
    recipients: { ...counts, requested, duplicate, rejected: counts.rejected + rejected },
  };
}

/**
 * The results of a page of parts, in their order: one that has none ended in a way that nobody knows. So did one that was
 * of another number of recipients than was planned: somebody has changed its job. Places in them are those in the parts' own
 * lists, see {@link placed}.
 */
export function completePage(
  region: string,
  planned: PlannedSend["planned"],
  page: PartsPage,
  { ended, failed }: PartResults,
): Map<number, SendResult> {
  return new Map(
    partsIn(page).map((part) => {
      const result = ended.get(part);
      const isOfPlan = result?.recipients.requested === sizeOfPart(planned, part);
      if (result && isOfPlan) return [part, result];
      const text = result ? "the part was of other recipients than was planned" : (failed.get(part) ?? PART_GONE);
      return [part, wholePart(region, planned, part, { kind: "unknown", code: PART_FAILED, text })];
    }),
  );
}

function namedOf(merged: Merged): Pick<SendResult, "state" | "batches" | "errors"> & Partial<SendResult> {
  const { batches, errors, batchCount, errorCount } = merged;
  const omitted = { batches: batchCount - batches.length, errors: errorCount - errors.length };
  return {
    state: stateOfSend(combinedState(merged.states), merged.counts),
    batches,
    errors,
    ...(omitted.batches + omitted.errors > 0 && { omitted }),
  };
}

/** A part knows a recipient's place in its own list; the caller wants to know it in the whole one. */
export function placed(
  result: SendResult,
  part: number,
  { skipped, duplicate, rejected: count }: PlannedSend["planned"],
): SendResult {
  const isKnown = skipped.length === duplicate + count;
  const rejected = result.rejected.map(({ index, ...rest }) =>
    isKnown && index !== undefined
      ? { ...rest, index: originalIndex(part * LIMITS.recipientsPerBatch + index, skipped) }
      : rest,
  );
  return { ...result, rejected };
}

/** Why nobody knows about a part that has left neither a result nor a reason. */
export const PART_GONE = "the part's job is gone";

function first<T>(most: number, named: readonly T[], added: readonly T[]): T[] {
  return [...named, ...added.slice(0, Math.max(0, most - named.length))].slice(0, most);
}
