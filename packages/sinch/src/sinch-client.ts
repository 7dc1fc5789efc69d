import { type Batch, readBatch, readBatchPage } from "./batch.ts";
import type { BatchRequest } from "./batch-request.ts";
import { classify } from "./classify.ts";
import { findBatch, type Finding, type ReadPage } from "./find-batch.ts";
import { createGotTransport } from "./got-transport.ts";
import type { Failure, Outcome } from "./outcome.ts";
import type { Transport, TransportAnswer, TransportFailure, TransportRequest } from "./transport.ts";

/** How to reach one service plan. */
export type SinchClientOptions = {
  /** Scheme and host, without a path: `https://eu.sms.api.sinch.com`. */
  readonly baseUrl: string;
  readonly servicePlanId: string;
  readonly apiToken: string;
  /** Deadline of one request, from the call to the last byte of the answer. @default 8000 */
  readonly timeoutMs?: number;
  /** Carries requests. @default got */
  readonly transport?: Transport;
  /** @default the system's clock */
  readonly now?: () => Date;
};

/** What became of the wish to take a batch back. A batch that is being sent cannot be: `rejected`. */
export type Cancellation = { readonly kind: "canceled" } | Failure;

/** A batch as the provider shows it now, or why it could not be read. */
export type BatchReading = { readonly kind: "batch"; readonly batch: Batch } | Failure;

/** The Sinch SMS API of one service plan. No call throws; each ends within the deadline. */
export type SinchClient = {
  /**
   * `POST /batches`: one request, never repeated.
   *
   * @param options.notAfter - no byte of it is written after this time; then the outcome's code is `too_late`
   */
  readonly sendBatch: (
    batch: BatchRequest,
    options?: { readonly signal?: AbortSignal; readonly notAfter?: Date },
  ) => Promise<Outcome>;
  /**
   * Asks whether a batch with this reference exists (`GET /batches`).
   *
   * @param since - where to begin: the provider's own default, 24 hours ago, would hide an older batch
   */
  readonly findBatch: (reference: string, since: Date, signal?: AbortSignal) => Promise<Finding>;
  /** `DELETE /batches/{id}`: takes a batch back that the provider has not sent yet. */
  readonly cancelBatch: (batchId: string, signal?: AbortSignal) => Promise<Cancellation>;
  /** `GET /batches/{id}`: a batch as it is now, for example to see whether it is canceled. */
  readonly readBatch: (batchId: string, signal?: AbortSignal) => Promise<BatchReading>;
  /** Ends the connections that are kept open. */
  readonly close: () => void;
};

/** Deadline of one request in milliseconds, unless told otherwise. */
export const DEFAULT_TIMEOUT_MS = 8_000;

/** The largest page that the provider gives. */
const PAGE_SIZE = 100;

/** A client for one service plan, authenticated by its API token. */
export function createSinchClient(options: SinchClientOptions): SinchClient {
  const { servicePlanId, apiToken, timeoutMs = DEFAULT_TIMEOUT_MS, now = () => new Date() } = options;
  const { send, close } = options.transport
    ? { send: options.transport, close: () => {} }
    : createGotTransport({ timeoutMs });
  const batchesUrl = new URL(`/xms/v1/${encodeURIComponent(servicePlanId)}/batches`, options.baseUrl).href;
  const urlOf = (batchId: string): string => `${batchesUrl}/${encodeURIComponent(batchId)}`;
  const headers = { accept: "application/json", authorization: `Bearer ${apiToken}`, "user-agent": "volley" };
  const call = async (
    request: Omit<TransportRequest, "headers">,
    signal?: AbortSignal,
  ): Promise<TransportAnswer | TransportFailure> =>
    send(
      {
        ...request,
        headers: request.body === undefined ? headers : { ...headers, "content-type": "application/json" },
      },
      signal,
    );

  return {
    sendBatch: async (batch, { signal, notAfter } = {}) => {
      const request = { method: "POST", url: batchesUrl, body: JSON.stringify(batch) } as const;
      return outcomeOf(await call({ ...request, ...(notAfter && { notAfter }) }, signal), now());
    },
    findBatch: async (reference, since, signal) => {
      const readPage: ReadPage = async (page) => {
        const url = `${batchesUrl}?${listQuery(reference, since, page)}`;
        return pageOf(await call({ method: "GET", url }, signal), now());
      };
      return findBatch(reference, readPage);
    },
    cancelBatch: async (batchId, signal) => {
      const answer = await call({ method: "DELETE", url: urlOf(batchId) }, signal);
      return isSuccess(answer) ? { kind: "canceled" } : classify(answer, now());
    },
    readBatch: async (batchId, signal) => {
      return readingOf(await call({ method: "GET", url: urlOf(batchId) }, signal), now());
    },
    close,
  };
}

function listQuery(reference: string, since: Date, page: number): string {
  return new URLSearchParams({
    client_reference: reference,
    start_date: since.toISOString(),
    page: String(page),
    page_size: String(PAGE_SIZE),
  }).toString();
}

function isSuccess(answer: TransportAnswer | TransportFailure): answer is TransportAnswer {
  return answer.status !== null && answer.status >= 200 && answer.status < 300;
}

function outcomeOf(answer: TransportAnswer | TransportFailure, now: Date): Outcome {
  if (!isSuccess(answer)) return classify(answer, now);
  const batch = readBatch(answer.body);
  if (batch) return { kind: "accepted", batchId: batch.id, acceptedAt: batch.created_at ?? now.toISOString() };
  return { kind: "unknown", code: "no_batch_id", text: `HTTP ${answer.status} without a batch ID` };
}

function readingOf(answer: TransportAnswer | TransportFailure, now: Date): BatchReading {
  if (!isSuccess(answer)) return classify(answer, now);
  const batch = readBatch(answer.body);
  if (batch) return { kind: "batch", batch };
  return { kind: "unknown", code: "no_batch_id", text: `HTTP ${answer.status} without a batch ID` };
}

function pageOf(answer: TransportAnswer | TransportFailure, now: Date): Awaited<ReturnType<ReadPage>> {
  if (!isSuccess(answer)) return classify(answer, now);
  const page = readBatchPage(answer.body);
  if (page) return { kind: "page", page };
  return { kind: "unknown", code: "no_list", text: `HTTP ${answer.status} without a list of batches` };
}
