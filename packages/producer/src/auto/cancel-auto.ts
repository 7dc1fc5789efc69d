import { cancelKey } from "@volley/contract";
import { CANCELED_FOR_MS, type Cancellation, cancelSend } from "../follow/cancel-send.ts";
import { hasCode } from "../terms/producer-error.ts";
import type { QueueAccess, StoredAccess } from "../redis/queue-access.ts";
import type { RoutedChild, RouteRecord } from "./auto-record.ts";

/**
 * Cancels the sends of all regions, at once: a region without a worker keeps none of the others waiting.
 *
 * @throws ProducerError as the first region that could not answer; the others are stopped all the same
 */
export async function cancelRouted(
  access: StoredAccess,
  { state, children }: RouteRecord,
  waitMs: number,
): Promise<Cancellation> {
  const ended = await Promise.allSettled(
    children.map(async (child) => {
      return cancelSend(access.of(child.region), child, waitMs).catch(async (error: unknown) => {
        if (state === "enqueued" || !hasCode(error, "VOLLEY_UNKNOWN_SEND")) throw error;
        return cancelBeforeItIsThere(access.of(child.region), child);
      });
    }),
  );
  const failed = ended.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
  const all = ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  return {
    stopped: all.reduce((sum, { stopped }) => sum + stopped, 0),
    tooLate: all.reduce((sum, { tooLate }) => sum + tooLate, 0),
    unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}

/** A send that a crash kept from its queue may still be added, by the same call: it is then canceled already. */
async function cancelBeforeItIsThere(
  { link, prefix }: QueueAccess,
  { id, region, recipients }: RoutedChild,
): Promise<Cancellation> {
  const key = cancelKey(prefix, region, { id, timestamp: 0 });
  await link.run(async () => link.connection.set(key, "1", "PX", CANCELED_FOR_MS));
  return { stopped: recipients, tooLate: 0, unknown: 0 };
}
