import { AUTO_REGION, LIMITS, type Send, sendId } from "@volley/contract";
import type { Enqueued } from "../enqueue/enqueue-terms.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { StoredAccess } from "../redis/queue-access.ts";
import { rememberedFor, type RememberSettings } from "../terms/remember-settings.ts";
import { finishRouteRecord, type RoutedChild, type RouteRecord } from "./auto-record.ts";
import { isGone, readChildren } from "./auto-status.ts";
import { ResolvedOtherwise } from "../follow/send-again.ts";

/** What is done once more. */
export type RoutedAgain = {
  readonly id: string;
  readonly record: RouteRecord;
  /** Makes the ID of the linked sends together; the same one gives the same ID. */
  readonly key: string;
  readonly changes: Partial<Send>;
};

/**
 * Sends once more in every region where somebody was not reached, and makes one send out of those. Each region's own key
 * makes a second call do nothing, so that one that was cut off is finished by the next.
 *
 * @param again - sends to those of one region once more; `null` when there is nothing to be sent
 * @returns `null` when no region had anything to send
 * @throws ProducerError `VOLLEY_SEND_NOT_SETTLED`; `VOLLEY_NOBODY_LEFT` when every region says so
 */
export async function sendRoutedAgain(
  context: StoredAccess & RememberSettings,
  { id, record, key, changes }: RoutedAgain,
  again: (child: RoutedChild) => Promise<Enqueued | null>,
): Promise<Enqueued | null> {
  const enqueued: Enqueued[] = [];
  let nobody: unknown = null;
  let isAnswered = false;
  for (const child of await settledChildren(context, id, record)) {
    try {
      const one = await again(child);
      isAnswered = true;
      if (one) enqueued.push(one);
    } catch (error) {
      if (!(error instanceof ProducerError)) throw error;
      // That nobody is left in one region is nothing to the others. That another decision was made there is.
      const isNobody = error.code === "VOLLEY_NOBODY_LEFT" && !(error instanceof ResolvedOtherwise);
      nobody ??= ofWhole(error, id, child);
      if (!isNobody) throw ofWhole(error, id, child);
    }
  }
  if (!isAnswered) throw nobody ?? new ProducerError("VOLLEY_NOBODY_LEFT", `${id}: every one of its sends failed`);
  if (enqueued.length === 0) return null;
  const linked = { id: sendId(AUTO_REGION, key), record: recordOf(record, enqueued) };
  const delayMs = Math.max(0, Date.parse(changes.send_at ?? "") - Date.now() || 0) + LIMITS.expiryMs;
  await finishRouteRecord(context, { ...linked, ...rememberedFor(context, delayMs) });
  return {
    id: linked.id,
    region: AUTO_REGION,
    alreadyEnqueued: enqueued.every(({ alreadyEnqueued }) => alreadyEnqueued),
    recipients: linked.record.counts,
    warnings: enqueued.flatMap(({ warnings }) => warnings),
  };
}

/** Whoever calls knows the send by its own ID, and none of those that it was split into. */
function ofWhole(error: ProducerError, id: string, child: RoutedChild): ProducerError {
  const message = error.message.replaceAll(child.id, `${id} in ${child.region}`);
  return new ProducerError(error.code, message, { cause: error });
}

/** Nobody knows what became of a send whose job failed: it has nobody who was certainly not reached. */
async function settledChildren(access: StoredAccess, id: string, record: RouteRecord): Promise<RoutedChild[]> {
  const children = await readChildren(access, record);
  const away = children.find((each) => each.away !== undefined)?.away;
  if (away) throw away;
  const gone = children.find(isGone)?.child;
  if (gone) throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${id}: its send in ${gone.region} is not there`);
  if (children.some(({ status }) => status?.state !== "settled" && status?.state !== "failed")) {
    throw new ProducerError("VOLLEY_SEND_NOT_SETTLED", `${id}: it has not ended yet`);
  }
  return children.flatMap(({ child, status }) => (status?.state === "settled" ? [child] : []));
}

function recordOf({ routes }: RouteRecord, enqueued: readonly Enqueued[]): RouteRecord {
  const sum = (count: keyof Enqueued["recipients"]): number =>
    enqueued.reduce((total, { recipients }) => total + recipients[count], 0);
  const children = enqueued.map(({ id, region, recipients }) => ({ id, region, recipients: recipients.valid }));
  const valid = sum("valid");
  return {
    state: "enqueued",
    fingerprint: "",
    routes,
    children,
    // What the sends rejected themselves stands in their own results.
    counts: { requested: sum("requested"), valid, duplicate: 0, rejected: 0 },
    rejected: [],
  };
}
