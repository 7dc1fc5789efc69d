import { CANCEL_JOB_NAME, cancelJobId, cancelKey } from "@volley/contract";
import { redeliveryId } from "../terms/redelivery-of.ts";
import { askWorker } from "./ask-worker.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { requireJob } from "../redis/find-job.ts";

/** What a cancellation came to, in recipients. */
export type Cancellation = {
  /** Nobody of these is texted. */
  readonly stopped: number;
  /** Accepted by the provider, and no longer to be had back. */
  readonly tooLate: number;
  /** Perhaps texted: nobody knows. */
  readonly unknown: number;
};

/** How long it is remembered that a send is canceled, in milliseconds: longer than any send lives. */
export const CANCELED_FOR_MS = 90 * 24 * 60 * 60 * 1_000;

/**
 * Cancels a send. First it is written down that it is canceled, and from that moment no part of it is sent any more, nor is
 * it once more to whose messages have failed; then a worker takes back what the provider has accepted for later, and counts.
 *
 * @param waitMs - how long to wait for the counts, in milliseconds
 */
export async function cancelSend(access: QueueAccess, address: SendAddress, waitMs: number): Promise<Cancellation> {
  const { id, region } = address;
  const { link, prefix, queueOf } = access;
  const { timestamp } = await requireJob(access, address);
  const again = redeliveryId(address);
  const keys = [id, again].map((each) => cancelKey(prefix, region, { id: each, timestamp }));
  // Whoever is about to send it once more may have looked already: that send is canceled before it is there.
  await link.run(async () =>
    Promise.all(keys.map(async (key) => link.connection.set(key, "1", "PX", CANCELED_FOR_MS))),
  );
  const isThere = (await link.run(async () => queueOf(region).getJob(again))) !== undefined;
  const ask = async (send: string): Promise<unknown> =>
    askWorker(access, { region, name: CANCEL_JOB_NAME, jobId: cancelJobId(send), data: { send }, waitMs });
  // Whom that one goes to have been texted already: they count once.
  const [answer] = await Promise.all([ask(id), isThere && ask(again)]);
  return {
    stopped: countIn(answer, "stopped"),
    tooLate: countIn(answer, "too_late"),
    unknown: countIn(answer, "unknown"),
  };
}

/** A count in a worker's answer. */
function countIn(answer: unknown, name: string): number {
  const value: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
  return typeof value === "number" ? value : 0;
}
