import { resultOf } from "../api/api-call.ts";
import { type Expected, NOTHING } from "../api/expected.ts";
import { bodyWithoutNulls } from "../api/json-body.ts";
import { pathOf } from "../api/path.ts";
import { queryString } from "../api/query.ts";
import { PAGE_SIZE } from "../api/walk-list.ts";
import type { Send } from "../authentication/sender.ts";
import type { Failure, Outcome } from "../failures/outcome.ts";
import type { Result } from "../failures/result.ts";
import { ACCEPTED_BATCH } from "./accepted-batch.ts";
import { type Batch, BATCH } from "./batch.ts";
import type { BatchRequest } from "./batch-request.ts";
import { findBatch, type Finding, type IsIt, type ReadPage } from "./find-batch.ts";
import { FOUND_PAGE } from "./found-page.ts";

/**
 * What became of the wish to take a batch back. That it is canceled does not say whom it has reached before: its times do,
 * where the provider shows the batch, and its delivery report. A batch that was sent may be refused: `rejected`.
 */
export type Cancellation = { readonly kind: "canceled"; readonly batch: Batch | null } | Failure;

/** A batch as the provider shows it now, or why it could not be read. */
export type BatchReading = { readonly kind: "batch"; readonly batch: Batch } | Failure;

/** The four calls that a queue's worker lives on. Here a 404 is always the set-up's fault: `unauthorized`. */
export type WorkerCalls = {
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
   * Asks whether a batch with this reference exists (`GET /batches`). All its pages together have the deadline of a call.
   *
   * @param since - where to begin: the provider's own default, 24 hours ago, would hide an older batch
   * @param options.isIt - tells the batch that is looked for from others with the same reference. @default any is
   */
  readonly findBatch: (
    reference: string,
    since: Date,
    options?: { readonly signal?: AbortSignal; readonly isIt?: IsIt },
  ) => Promise<Finding>;
  /** `DELETE /batches/{id}`: takes a batch back that the provider has not sent yet, as far as it has not. */
  readonly cancelBatch: (batchId: string, signal?: AbortSignal) => Promise<Cancellation>;
  /** `GET /batches/{id}`: a batch as it is now, for example to see whether it is canceled. */
  readonly readBatch: (batchId: string, signal?: AbortSignal) => Promise<BatchReading>;
};

/** Sinch repeats the values of every recipient, many megabytes of them in a large batch. A call can do without them. */
const SPARE = "parameters";

/** Any success will do: whatever the body says, the batch is canceled. */
const CANCELED_BATCH: Expected<{ readonly batch: Batch | null }> = {
  ...NOTHING,
  read: (body) => ({ batch: BATCH.read(body) }),
};

/** As of a request that was not answered in time. Never an absence. */
const NO_TIME: Failure = { kind: "unknown", code: "timeout", text: "no time left for the next page" };

/**
 * See {@link WorkerCalls}.
 *
 * @param timeoutMs - deadline of a call, however many requests it makes
 */
export function createWorkerCalls(root: string, send: Send, now: () => Date, timeoutMs: number): WorkerCalls {
  const batchesUrl = `${root}/batches`;
  const callNamed = async <T>(
    method: "GET" | "DELETE",
    batchId: string,
    expected: Expected<T>,
    signal: AbortSignal | undefined,
  ): Promise<Result<T>> => {
    const path = pathOf("/{id}", [batchId]);
    if (path === null) return { kind: "rejected", status: 404, code: "invalid_id", text: "nothing has such an ID" };
    return resultOf(await send({ method, url: batchesUrl + path, spare: SPARE }, signal), expected, now(), false);
  };
  return {
    sendBatch: async (batch, { signal, notAfter } = {}) => {
      const body = bodyWithoutNulls(batch);
      if (typeof body !== "string") return body;
      const request = { method: "POST", url: batchesUrl, body, spare: SPARE } as const;
      const answer = await send(notAfter ? { ...request, notAfter } : request, signal);
      return acceptanceOf(answer, now());
    },
    findBatch: async (reference, since, { signal, isIt } = {}) => {
      const untilMs = performance.now() + timeoutMs;
      const readPage: ReadPage = async (page) => {
        const search = queryString({ client_reference: reference, start_date: since, page, page_size: PAGE_SIZE });
        if (typeof search !== "string") return search;
        const leftMs = Math.floor(untilMs - performance.now());
        if (leftMs <= 0) return NO_TIME;
        const request = { method: "GET", url: batchesUrl + search, timeoutMs: leftMs, spare: SPARE } as const;
        const answer = await send(request, signal);
        const result = resultOf(answer, FOUND_PAGE, now(), false);
        return result.kind === "ok" ? { kind: "page", page: result.value } : result;
      };
      return findBatch(reference, readPage, isIt);
    },
    cancelBatch: async (batchId, signal) => {
      const result = await callNamed("DELETE", batchId, CANCELED_BATCH, signal);
      return result.kind === "ok" ? { kind: "canceled", ...result.value } : result;
    },
    readBatch: async (batchId, signal) => {
      const result = await callNamed("GET", batchId, BATCH, signal);
      return result.kind === "ok" ? { kind: "batch", batch: result.value } : result;
    },
  };
}

function acceptanceOf(answer: Awaited<ReturnType<Send>>, at: Date): Outcome {
  const result = resultOf(answer, ACCEPTED_BATCH, at, false);
  if (result.kind !== "ok") return result;
  const { id, created_at } = result.value;
  return { kind: "accepted", batchId: id, acceptedAt: created_at ?? at.toISOString() };
}
