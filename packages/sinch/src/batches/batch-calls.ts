import type { ApiCall, CallOptions } from "../api/api-call.ts";
import { NOTHING } from "../api/expected.ts";
import { bodyWithNulls, bodyWithoutNulls } from "../api/json-body.ts";
import { walkPages } from "../api/walk-pages.ts";
import type { Result } from "../failures/result.ts";
import { type Batch, BATCH, BATCH_PAGE, type BatchPage } from "./batch.ts";
import type { BatchUpdate } from "./batch-update.ts";
import { DRY_RUN, type DryRun, type DryRunQuery } from "./dry-run.ts";
import type { NewBatch, Time } from "./new-batch.ts";

/** Which batches. There is no filter by recipient. */
export type BatchesQuery = {
  /** Created at or after. Required here: the provider's own default, 24 hours ago, hides older ones. At most 14 days ago. */
  readonly start_date: Time;
  /** Created before. */
  readonly end_date?: Time;
  /** Senders. */
  readonly from?: readonly string[];
  readonly client_reference?: string;
  /** From 0. @default 0 */
  readonly page?: number;
  /** 1 to 100. @default 100 for `all`, the provider's 30 for `list` */
  readonly page_size?: number;
};

/** Calls about batches. */
export type BatchCalls = {
  /** `POST /batches`. One request, never repeated: after `unknown` ask before sending again. */
  readonly send: (batch: NewBatch, options?: CallOptions) => Promise<Result<Batch>>;
  /** `GET /batches`: one page, newest first. */
  readonly list: (query: BatchesQuery, options?: CallOptions) => Promise<Result<BatchPage>>;
  /** Every batch once, page by page; a failure is the last entry. */
  readonly all: (query: BatchesQuery, options?: CallOptions) => AsyncGenerator<Result<Batch>>;
  /** `GET /batches/{id}` */
  readonly get: (id: string, options?: CallOptions) => Promise<Result<Batch>>;
  /** `POST /batches/{id}`: changes what is named; null resets. 403 `batch_already_dispatched` once sending began. */
  readonly update: (id: string, changes: BatchUpdate, options?: CallOptions) => Promise<Result<Batch>>;
  /** `PUT /batches/{id}`: another batch under the same ID; what is not named is the default. */
  readonly replace: (id: string, batch: NewBatch, options?: CallOptions) => Promise<Result<Batch>>;
  /** `DELETE /batches/{id}`: messages that are on their way still arrive. */
  readonly cancel: (id: string, options?: CallOptions) => Promise<Result<Batch>>;
  /** `POST /batches/dry_run`: what it would come to; nothing is sent. */
  readonly dryRun: (batch: NewBatch, query?: DryRunQuery, options?: CallOptions) => Promise<Result<DryRun>>;
  /** `POST /batches/{id}/delivery_feedback`: these numbers have got it; none means all of a batch without groups. */
  readonly deliveryFeedback: (
    id: string,
    recipients: readonly string[],
    options?: CallOptions,
  ) => Promise<Result<{ readonly done: true }>>;
};

const ROOT = "/batches";

const ONE = `${ROOT}/{id}`;

/** See {@link BatchCalls}. */
export function createBatchCalls(call: ApiCall): BatchCalls {
  const list: BatchCalls["list"] = async (query, options) =>
    call({ method: "GET", path: ROOT, query, expected: BATCH_PAGE }, options);
  return {
    send: async (batch, options) =>
      call({ method: "POST", path: ROOT, body: bodyWithoutNulls(batch), expected: BATCH }, options),
    list,
    all: ({ page, page_size, ...query }, options) =>
      walkPages({
        page,
        page_size,
        list: async (paging) => list({ ...query, ...paging }, options),
        entriesOf: ({ batches }) => batches,
        keyOf: ({ id }) => id,
      }),
    get: async (id, options) => call({ method: "GET", path: ONE, ids: [id], expected: BATCH }, options),
    update: async (id, changes, options) =>
      call({ method: "POST", path: ONE, ids: [id], body: bodyWithNulls(changes), expected: BATCH }, options),
    replace: async (id, batch, options) =>
      call({ method: "PUT", path: ONE, ids: [id], body: bodyWithoutNulls(batch), expected: BATCH }, options),
    cancel: async (id, options) => call({ method: "DELETE", path: ONE, ids: [id], expected: BATCH }, options),
    dryRun: async (batch, query = {}, options) =>
      call(
        { method: "POST", path: `${ROOT}/dry_run`, query, body: bodyWithoutNulls(batch), expected: DRY_RUN },
        options,
      ),
    deliveryFeedback: async (id, recipients, options) =>
      call(
        {
          method: "POST",
          path: `${ONE}/delivery_feedback`,
          ids: [id],
          body: JSON.stringify({ recipients }),
          expected: NOTHING,
        },
        options,
      ),
  };
}
