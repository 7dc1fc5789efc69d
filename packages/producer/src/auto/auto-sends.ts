import { readRoutes, type Routes, type Send } from "@volley/contract";
import type { BatchesPage, PageOption } from "../follow/read-batches.ts";
import type { Cancellation } from "../follow/cancel-send.ts";
import type { Enqueued, EnqueueOptions, EnqueueSettings } from "../enqueue/enqueue.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { SendToMany } from "../recipients/recipient-source.ts";
import { sendRoutedAgain } from "./send-auto-again.ts";
import { readRoutedBatches } from "./auto-batches.ts";
import { cancelRouted } from "./cancel-auto.ts";
import { enqueueRouted } from "./enqueue-auto.ts";
import { readRouteRecord, type RoutedChild, type RouteRecord } from "./auto-record.ts";
import { readChildren, readRoutedStatus, routedStatus } from "./auto-status.ts";
import { nobodyLeft, resolveSend, retrySend } from "../follow/send-again.ts";
import type { SendStatus } from "../follow/read-status.ts";

/** What a producer does with sends whose recipients are routed to several regions, by their ID that begins with `auto-`. */
export type RoutedSends = {
  readonly enqueue: (send: SendToMany, options: EnqueueOptions) => Promise<Enqueued>;
  readonly status: (id: string, isEtaAsked: boolean) => Promise<SendStatus | null>;
  readonly batches: (id: string, page: PageOption) => Promise<BatchesPage>;
  readonly cancel: (id: string, waitMs: number) => Promise<Cancellation>;
  readonly retry: (id: string, changes: Partial<Send>) => Promise<Enqueued>;
  readonly resolve: (id: string, resolution: Parameters<typeof resolveSend>[2]) => Promise<Enqueued | null>;
};

/** Creates it. @param routes - where there are none, nothing is routed; what was routed before is found all the same */
export function createRoutedSends(
  access: QueueAccess,
  settings: EnqueueSettings & { readonly routes: Routes | null },
  enqueue: (send: SendToMany, options: EnqueueOptions) => Promise<Enqueued>,
): RoutedSends {
  const { routes } = settings;
  return {
    enqueue: async (send, options) => enqueueRouted(access, settings, requireConfigured(routes), send, options),
    status: async (id, isEtaAsked) => readRoutedStatus(access, id, isEtaAsked),
    batches: async (id, page) => readRoutedBatches(access, id, await requireRecord(access, id), page),
    cancel: async (id, waitMs) => cancelRouted(access, await requireRecord(access, id), waitMs),
    retry: async (id, changes) => {
      const record = await requireRecord(access, id);
      const again = async (child: RoutedChild): Promise<Enqueued | null> => {
        return retrySend(access, child, changes, enqueue).catch(nullForNobody);
      };
      const linked = await sendRoutedAgain(access, { id, record, key: `retry of ${id}`, again, changes, settings });
      if (linked) return linked;
      const { result } = routedStatus(id, record, await readChildren(access, record));
      throw new ProducerError("VOLLEY_NOBODY_LEFT", `${id}: ${nobodyLeft(result ?? { batches: [], refused: [] })}`);
    },
    resolve: async (id, resolution) => {
      const record = await requireRecord(access, id);
      const again = async (child: RoutedChild): Promise<Enqueued | null> => {
        return resolveSend(access, child, resolution, enqueue);
      };
      const { changes } = resolution;
      return sendRoutedAgain(access, { id, record, key: `resolved ${id}`, again, changes, settings });
    },
  };
}

/** That nobody is left in one region is nothing to the others. */
function nullForNobody(error: unknown): null {
  if (error instanceof ProducerError && error.code === "VOLLEY_NOBODY_LEFT") return null;
  throw error;
}

/** Reads a producer's routes. @throws ProducerError `VOLLEY_INVALID_ROUTES` with everything that is wrong */
export function requireRoutes(routes: Routes | undefined): Routes | null {
  if (routes === undefined) return null;
  const read = readRoutes(routes);
  if (read.ok) return read.routes;
  const problems = read.problems.map(({ field, message }) => `${field}: ${message}`);
  throw new ProducerError("VOLLEY_INVALID_ROUTES", problems.join("\n"));
}

function requireConfigured(routes: Routes | null): Routes {
  if (routes !== null) return routes;
  throw new ProducerError("VOLLEY_INVALID_REGION", 'region: "auto" needs routes (an option of the producer), got none');
}

/** @throws ProducerError `VOLLEY_UNKNOWN_SEND` */
async function requireRecord(access: QueueAccess, id: string): Promise<RouteRecord> {
  const record = await readRouteRecord(access, id);
  if (record) return record;
  throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${id}: there is no such send, or it is no longer kept`);
}
