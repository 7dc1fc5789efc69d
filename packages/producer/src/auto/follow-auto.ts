import { AUTO_REGION, sendId } from "@volley/contract";
import type { RoutedContext } from "../enqueue/enqueue-terms.ts";
import type { FollowedSend } from "../follow/follow-send.ts";
import { nobodyLeft, resolveSend, retrySend } from "../follow/send-again.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { hasCode, ProducerError } from "../terms/producer-error.ts";
import { readRoutedBatches, readRoutedDeliveries } from "./auto-batches.ts";
import { explainRouted } from "./explain-auto.ts";
import { readRouteRecord, type RouteRecord } from "./auto-record.ts";
import { readChildren, readRoutedOrigin, readRoutedStatus, routedStatus } from "./auto-status.ts";
import { cancelRouted } from "./cancel-auto.ts";
import { sendRoutedAgain } from "./send-auto-again.ts";

/** A send whose recipients were routed to several regions, by its ID that begins with `auto-`. */
export function followAuto(context: RoutedContext, id: string): FollowedSend {
  return {
    status: async (isEtaAsked) => readRoutedStatus(context, id, isEtaAsked),
    origin: async () => readRoutedOrigin(context, id),
    explain: async () => explainRouted(context, id),
    batches: async (page) => readRoutedBatches(context, id, await requireRecord(context, id), page),
    deliveries: async (page) => readRoutedDeliveries(context, id, await requireRecord(context, id), page),
    cancel: async (waitMs) => cancelRouted(context, await requireRecord(context, id), waitMs),
    retry: async (changes) => {
      const record = await requireRecord(context, id);
      const key = `retry of ${id}`;
      const ofWhole = { whole: { id: sendId(AUTO_REGION, key), kind: "retry" as const } };
      const linked = await sendRoutedAgain(context, { id, record, key, changes }, (child) =>
        retrySend({ ...context.of(child.region), ...ofWhole }, child, changes).catch(nullForNobody),
      );
      if (linked) return linked;
      const { result } = routedStatus(id, record, await readChildren(context, record));
      throw new ProducerError("VOLLEY_NOBODY_LEFT", `${id}: ${nobodyLeft(result ?? { batches: [], rejected: [] })}`);
    },
    resolve: async (resolution) => {
      const record = await requireRecord(context, id);
      const key = `resolved ${id}`;
      const ofWhole = { whole: { id: sendId(AUTO_REGION, key), kind: "resolve" as const } };
      const again = { id, record, key, changes: resolution.changes };
      return sendRoutedAgain(context, again, async (child) =>
        resolveSend({ ...context.of(child.region), ...ofWhole }, child, resolution),
      );
    },
  };
}

/** That nobody is left in one region is nothing to the others. */
function nullForNobody(error: unknown): null {
  if (hasCode(error, "VOLLEY_NOBODY_LEFT")) return null;
  throw error;
}

/** @throws ProducerError `VOLLEY_UNKNOWN_SEND` */
async function requireRecord(access: QueueAccess, id: string): Promise<RouteRecord> {
  const record = await readRouteRecord(access, id);
  if (record) return record;
  throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${id}: there is no such send, or it is no longer kept`);
}
