import { isWithin, readList, readPaging, readTimeWindow } from "../calls/read-paging.ts";
import type { Paging, TimeWindow } from "../calls/read-paging.ts";
import type { Refusal } from "../values/refusal.ts";
import type { Batch } from "./batch.ts";
import { wireSender } from "../values/check-sender.ts";

/** What `GET /batches` is asked for. */
export interface ListFilter extends Paging, TimeWindow {
  readonly senders: ReadonlySet<string> | undefined;
  /** Compared as it is, upper and lower case too. */
  readonly clientReference: string | undefined;
}

/** Reads the query of `GET /batches`. An empty value counts as absent. */
export function readListFilter(query: URLSearchParams, nowMs: number): ListFilter | Refusal {
  const paging = readPaging(query);
  if ("code" in paging) return paging;
  const window = readTimeWindow(query, nowMs);
  if ("code" in window) return window;
  const senders = readList(query, "from");
  return {
    ...paging,
    ...window,
    senders: senders === undefined ? undefined : new Set(senders.map((sender) => wireSender(sender))),
    clientReference: query.get("client_reference") || undefined,
  };
}

/** Whether the list shows this batch now. */
export function isListed(batch: Batch, filter: ListFilter, nowMs: number): boolean {
  if (batch.listedAtMs > nowMs || !isWithin(filter, batch.acceptedAtMs)) return false;
  if (filter.clientReference !== undefined && batch.content.clientReference !== filter.clientReference) return false;
  return filter.senders === undefined || isAmong(filter.senders, batch.content.from);
}

function isAmong(senders: ReadonlySet<string>, from: string | undefined): boolean {
  return from !== undefined && senders.has(wireSender(from));
}
