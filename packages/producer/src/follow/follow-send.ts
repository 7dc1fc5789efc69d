import type { Send } from "@volley/contract";
import type { Enqueued, EnqueueContext } from "../enqueue/enqueue-terms.ts";
import type { SendAddress } from "../redis/queue-access.ts";
import { type Cancellation, cancelSend } from "./cancel-send.ts";
import { explainSend, type Explanation } from "./explain-send.ts";
import { type BatchesPage, type PageOption, readBatches } from "./read-batches.ts";
import { type DeliveriesPage, readDeliveries } from "./read-deliveries.ts";
import { readOrigin, type SendOrigin } from "./read-origin.ts";
import { readStatus, type SendStatus } from "./read-status.ts";
import { type Resolution, resolveSend, retrySend } from "./send-again.ts";

/** What is done with a send that is known by its ID. */
export type FollowedSend = {
  readonly status: (isEtaAsked?: boolean) => Promise<SendStatus | null>;
  readonly origin: () => Promise<SendOrigin | null>;
  readonly explain: () => Promise<Explanation | null>;
  readonly batches: (page: PageOption) => Promise<BatchesPage>;
  readonly deliveries: (page: PageOption) => Promise<DeliveriesPage>;
  readonly cancel: (waitMs: number) => Promise<Cancellation>;
  readonly retry: (changes: Partial<Send>) => Promise<Enqueued>;
  readonly resolve: (resolution: Resolution) => Promise<Enqueued | null>;
};

/** A send of one region. */
export function followSend(context: EnqueueContext, address: SendAddress): FollowedSend {
  return {
    status: async (isEtaAsked) => readStatus(context, address, isEtaAsked),
    origin: async () => readOrigin(context, address),
    explain: async () => explainSend(context, address),
    batches: async (page) => readBatches(context, address, page),
    deliveries: async (page) => readDeliveries(context, address, page),
    cancel: async (waitMs) => cancelSend(context, address, waitMs),
    retry: async (changes) => retrySend(context, address, changes),
    resolve: async (resolution) => resolveSend(context, address, resolution),
  };
}
