import type { SendResult } from "@volley/contract";
import type { BatchReading, Cancellation, Failure, SinchClient } from "@volley/sinch";
import pLimit from "p-limit";

/** What became of the batches of a send that was canceled. */
export type Withdrawal = {
  /** The IDs of those that are canceled at the provider. */
  readonly canceled: ReadonlySet<string>;
  /** How many may still be canceled by trying again. */
  readonly left: number;
  /** How long the provider wants to be left alone, in milliseconds; 0 where it says nothing. */
  readonly retryAfterMs: number;
};

/** Requests that are made at once. */
const REQUESTS_AT_ONCE = 4;

/** Cancels every batch at the provider. One that is being sent stays accepted: it is too late for it. */
export async function withdraw(client: SinchClient, results: readonly SendResult[]): Promise<Withdrawal> {
  return forBatches(results, async (id) => {
    const answer = await client.cancelBatch(id);
    if (answer.kind === "canceled" || !isTooLate(answer)) return answer;
    // The second DELETE of a batch is refused, so after a lost answer only the batch itself can say what it came to.
    return canceledOf(await client.readBatch(id), answer);
  });
}

/** Looks which batches are canceled, where it is too late to cancel more. */
export async function readBack(client: SinchClient, results: readonly SendResult[]): Promise<Withdrawal> {
  const stands: Failure = { kind: "rejected", status: 403, code: "conflict_send_at", text: "it is sent" };
  return forBatches(results, async (id) => canceledOf(await client.readBatch(id), stands));
}

async function forBatches(
  results: readonly SendResult[],
  ask: (id: string) => Promise<Cancellation>,
): Promise<Withdrawal> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const batches = results.flatMap((result) => result.batches);
  const ids = batches.filter((batch) => !batch.canceled).map(({ id }) => id);
  const answers = await limit.map(ids, ask);
  const failures = answers.filter((answer) => answer.kind !== "canceled").filter((answer) => !isTooLate(answer));
  return {
    canceled: new Set(ids.filter((_, index) => answers[index]?.kind === "canceled")),
    left: failures.length,
    retryAfterMs: Math.max(0, ...failures.map((failure) => ("retryAfterMs" in failure && failure.retryAfterMs) || 0)),
  };
}

/** @param otherwise - what it came to where the batch is not canceled */
function canceledOf(reading: BatchReading, otherwise: Failure): Cancellation {
  if (reading.kind === "batch") return reading.batch.canceled ? { kind: "canceled" } : otherwise;
  return isTooLate(reading) ? otherwise : reading;
}

/** 404: the provider has no such batch any more; everything else that it refuses is being sent. */
function isTooLate(answer: Failure): boolean {
  return answer.kind === "rejected" || (answer.kind === "unauthorized" && answer.status === 404);
}
