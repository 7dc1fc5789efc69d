import {
  addCounts,
  AUTO_REGION,
  combinedState,
  LIMITS,
  noRecipients,
  PART_FAILED,
  type SendResult,
} from "@volley/contract";
import type { RoutedChild, RouteRecord } from "./auto-record.ts";

/**
 * One result out of those of several regions. Every recipient that was asked for is in exactly one count; batches and
 * errors say their region, because every region counts its parts from 0.
 *
 * @param results - of every region's send, in their order
 */
export function mergeRouted(
  { counts, rejected }: Pick<RouteRecord, "counts" | "rejected">,
  results: readonly SendResult[],
): SendResult {
  const batches = results.flatMap((result) => result.batches.map((batch) => ({ ...batch, region: result.region })));
  const errors = results.flatMap((result) => result.errors.map((error) => ({ ...error, region: result.region })));
  // A recipient's place in the list of one region says nothing about the caller's own.
  const later = results.flatMap((result) =>
    result.rejected.map(({ recipient, reason, by }) => ({ recipient, reason, by })),
  );
  const sum = results.reduce((all, { recipients }) => addCounts(all, recipients), noRecipients(0));
  const omitted = {
    batches: omittedIn(results, "batches") + Math.max(0, batches.length - LIMITS.batchesInResult),
    errors: omittedIn(results, "errors") + Math.max(0, errors.length - LIMITS.errorsInResult),
  };
  return {
    state: combinedState(new Set(results.map(({ state }) => state))),
    region: AUTO_REGION,
    recipients: {
      ...sum,
      requested: counts.requested,
      rejected: sum.rejected + counts.rejected,
      duplicate: sum.duplicate + counts.duplicate,
    },
    batches: batches.slice(0, LIMITS.batchesInResult),
    rejected: [...rejected, ...later].slice(0, LIMITS.rejectedInResult),
    errors: errors.slice(0, LIMITS.errorsInResult),
    ...(omitted.batches + omitted.errors > 0 && { omitted }),
  };
}

/** The result of a send whose job failed: nobody knows what became of its recipients. */
export function failedResult({ region, recipients }: RoutedChild, failure: string): SendResult {
  return {
    state: "unknown",
    region,
    recipients: { ...noRecipients(recipients), unknown: recipients },
    batches: [],
    rejected: [],
    errors: [{ part: 0, code: PART_FAILED, text: failure, recipients, state: "unknown" }],
  };
}

function omittedIn(results: readonly SendResult[], what: "batches" | "errors"): number {
  return results.reduce((sum, { omitted }) => sum + (omitted?.[what] ?? 0), 0);
}
