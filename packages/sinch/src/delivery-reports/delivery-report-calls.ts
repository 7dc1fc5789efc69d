import type { ApiCall, CallOptions } from "../api/api-call.ts";
import { walkPages } from "../api/walk-pages.ts";
import type { Time } from "../batches/new-batch.ts";
import type { Result } from "../failures/result.ts";
import { BATCH_REPORT, type BatchReport } from "./batch-report.ts";
import type { DeliveryStatus } from "./delivery-status.ts";
import {
  RECIPIENT_REPORT,
  RECIPIENT_REPORT_PAGE,
  type RecipientReport,
  type RecipientReportPage,
  reportKey,
} from "./recipient-report.ts";

/** What a batch's report holds. */
export type BatchReportQuery = {
  /** `full` names the recipients. @default summary */
  readonly type?: "summary" | "full";
  readonly status?: readonly DeliveryStatus[];
  readonly code?: readonly number[];
};

/** Which reports. */
export type DeliveryReportsQuery = {
  /** Required here: the provider's own default, 24 hours ago, hides older ones. */
  readonly start_date: Time;
  readonly end_date?: Time;
  readonly status?: readonly DeliveryStatus[];
  readonly code?: readonly number[];
  readonly client_reference?: string;
  /** From 0. @default 0 */
  readonly page?: number;
  /** 1 to 100. @default 100 for `all`, the provider's for `list` */
  readonly page_size?: number;
};

/** Calls about delivery reports. */
export type DeliveryReportCalls = {
  /** `GET /batches/{id}/delivery_report`: at any time after sending, whatever reports were asked for. */
  readonly ofBatch: (id: string, query?: BatchReportQuery, options?: CallOptions) => Promise<Result<BatchReport>>;
  /** `GET /batches/{id}/delivery_report/{number}`; `rejected` with 404 also for somebody who is no recipient. */
  readonly ofRecipient: (id: string, recipient: string, options?: CallOptions) => Promise<Result<RecipientReport>>;
  /** `GET /delivery_reports`: one page of finished reports, newest first. That one is not there proves nothing. */
  readonly list: (query: DeliveryReportsQuery, options?: CallOptions) => Promise<Result<RecipientReportPage>>;
  /** Every finished report once, page by page; a failure is the last entry. */
  readonly all: (query: DeliveryReportsQuery, options?: CallOptions) => AsyncGenerator<Result<RecipientReport>>;
};

const OF_BATCH = "/batches/{id}/delivery_report";

/** See {@link DeliveryReportCalls}. */
export function createDeliveryReportCalls(call: ApiCall): DeliveryReportCalls {
  const list: DeliveryReportCalls["list"] = async (query, options) =>
    call({ method: "GET", path: "/delivery_reports", query, expected: RECIPIENT_REPORT_PAGE }, options);
  return {
    ofBatch: async (id, query = {}, options) =>
      call({ method: "GET", path: OF_BATCH, ids: [id], query, expected: BATCH_REPORT }, options),
    ofRecipient: async (id, recipient, options) =>
      call({ method: "GET", path: `${OF_BATCH}/{id}`, ids: [id, recipient], expected: RECIPIENT_REPORT }, options),
    list,
    all: ({ page, page_size, ...query }, options) =>
      walkPages({
        page,
        page_size,
        list: async (paging) => list({ ...query, ...paging }, options),
        entriesOf: ({ delivery_reports: reports }) => reports,
        keyOf: reportKey,
      }),
  };
}
