import type { ApiCall, CallOptions } from "../api/api-call.ts";
import { walkPages } from "../api/walk-pages.ts";
import type { Time } from "../batches/new-batch.ts";
import type { Result } from "../failures/result.ts";
import { type Inbound, INBOUND, INBOUND_PAGE, type InboundPage } from "./inbound.ts";

/** Which inbounds. */
export type InboundsQuery = {
  /** Received at or after. Required here: the provider's own default, 24 hours ago, hides older ones. */
  readonly start_date: Time;
  /** Received before. */
  readonly end_date?: Time;
  /** The numbers that they were sent to. */
  readonly to?: readonly string[];
  readonly client_reference?: string;
  /** From 0. @default 0 */
  readonly page?: number;
  /** 1 to 100. @default 100 for `all`, the provider's 30 for `list` */
  readonly page_size?: number;
};

/** Calls about inbounds. */
export type InboundCalls = {
  /** `GET /inbounds`: one page, newest first. */
  readonly list: (query: InboundsQuery, options?: CallOptions) => Promise<Result<InboundPage>>;
  /** Every inbound once, page by page; a failure is the last entry. */
  readonly all: (query: InboundsQuery, options?: CallOptions) => AsyncGenerator<Result<Inbound>>;
  /** `GET /inbounds/{id}` */
  readonly get: (id: string, options?: CallOptions) => Promise<Result<Inbound>>;
};

/** See {@link InboundCalls}. */
export function createInboundCalls(call: ApiCall): InboundCalls {
  const list: InboundCalls["list"] = async (query, options) =>
    call({ method: "GET", path: "/inbounds", query, expected: INBOUND_PAGE }, options);
  return {
    list,
    all: ({ page, page_size, ...query }, options) =>
      walkPages({
        page,
        page_size,
        list: async (paging) => list({ ...query, ...paging }, options),
        entriesOf: ({ inbounds }) => inbounds,
        keyOf: ({ id }) => id,
      }),
    get: async (id, options) => call({ method: "GET", path: "/inbounds/{id}", ids: [id], expected: INBOUND }, options),
  };
}
