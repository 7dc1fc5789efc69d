import type { AcceptedBatch, RecipientCounts, SendResult } from "@volley/contract";

/** How a batch of a canceled send stands. Whoever is in neither number was not texted, where it is canceled. */
export type BatchEnd = {
  /** Whether it is known to be canceled at the provider. */
  readonly isCanceled: boolean;
  /** For how many of its recipients the cancellation came too late. */
  readonly tooLate: number;
  /** About how many nobody knows. */
  readonly unknown: number;
};

/** The result once its batches stand as they do now: its counts change by what has changed in them. */
export function withBatches(result: SendResult, batches: SendResult["batches"]): SendResult {
  const [before, after] = [countsOf(result.batches), countsOf(batches)];
  const changed = (count: Count): number => result.recipients[count] + after[count] - before[count];
  const recipients = {
    ...result.recipients,
    accepted: changed("accepted"),
    canceled: changed("canceled"),
    unknown: changed("unknown"),
    suppressed: changed("suppressed"),
  };
  return { ...result, recipients, batches };
}

/**
 * A batch of which so many, in all, were taken out at the provider: of those of whom nobody knew, where there are any. One that
 * nobody is left in was canceled there.
 */
export function withoutPeople(batch: AcceptedBatch, out: number): AcceptedBatch {
  const { canceled = false, too_late: tooLate = 0, unknown = 0 } = batch;
  const people = batch.recipients + (batch.suppressed ?? 0);
  const suppressed = Math.min(out, people);
  const recipients = people - suppressed;
  const leaving = Math.max(0, batch.recipients - recipients);
  const end = { isCanceled: canceled, tooLate, unknown: Math.max(0, unknown - leaving) };
  return withEnd({ ...batch, recipients, suppressed }, end);
}

/** A batch that stands so. One that came too late for everybody who is left in it is as good as never canceled. */
export function withEnd(batch: AcceptedBatch, end: BatchEnd): AcceptedBatch {
  const { canceled: _, too_late: __, unknown: ___, ...accepted } = batch;
  const { recipients } = batch;
  // Somebody may have been taken out since it was found out.
  const tooLate = Math.min(end.tooLate, recipients);
  const unknown = Math.min(end.unknown, recipients - tooLate);
  if (recipients > 0 && tooLate === recipients) return accepted;
  return {
    ...accepted,
    ...((end.isCanceled || recipients === 0) && { canceled: true }),
    ...(tooLate > 0 && { too_late: tooLate }),
    ...(unknown > 0 && { unknown }),
  };
}

/** A count that changes when a batch does. */
type Count = "accepted" | "canceled" | "unknown" | "suppressed";

function countsOf(batches: readonly AcceptedBatch[]): Pick<RecipientCounts, Count> {
  const counts = { accepted: 0, canceled: 0, unknown: 0, suppressed: 0 };
  for (const { recipients, canceled = false, too_late: tooLate = 0, unknown = 0, suppressed = 0 } of batches) {
    counts.unknown += unknown;
    counts.accepted += canceled ? tooLate : recipients - unknown;
    counts.canceled += canceled ? recipients - unknown - tooLate : 0;
    counts.suppressed += suppressed;
  }
  return counts;
}
