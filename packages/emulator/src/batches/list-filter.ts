import { parseInstant } from "../instant.ts";
import { constraintViolation, invalidFormat } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import type { Batch } from "./batch.ts";
import { wireSender } from "./check-sender.ts";

/** Sinch: without `start_date`, the last 24 hours. This hides older batches from a careless caller. */
const DEFAULT_WINDOW_MS = 24 * 60 * 60 * 1_000;

/** Sinch: lists look back 14 days (its documents of 2021 said 35). */
const MAX_WINDOW_MS = 14 * DEFAULT_WINDOW_MS;

const DEFAULT_PAGE_SIZE = 30;
const MAX_PAGE_SIZE = 100;

/** What `GET /batches` is asked for. */
export interface ListFilter {
  readonly page: number;
  readonly pageSize: number;
  /** Created at or after; never more than 14 days ago. */
  readonly startMs: number;
  /** Created before. */
  readonly endMs: number;
  readonly senders: ReadonlySet<string> | undefined;
  /** Compared as it is, upper and lower case too. */
  readonly clientReference: string | undefined;
}

/** Reads the query of `GET /batches`. An empty value counts as absent. */
export function readListFilter(query: URLSearchParams, nowMs: number): ListFilter | Refusal {
  const page = readInteger(query, "page", 0, 0, Number.MAX_SAFE_INTEGER);
  if (typeof page === "object") return page;
  const pageSize = readInteger(query, "page_size", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE);
  if (typeof pageSize === "object") return pageSize;
  const startMs = readTime(query, "start_date", nowMs - DEFAULT_WINDOW_MS);
  if (typeof startMs === "object") return startMs;
  const endMs = readTime(query, "end_date", Number.MAX_SAFE_INTEGER);
  if (typeof endMs === "object") return endMs;
  const senders = query.get("from");
  return {
    page,
    pageSize,
    startMs: Math.max(startMs, nowMs - MAX_WINDOW_MS),
    endMs,
    senders: senders ? new Set(senders.split(",").map((sender) => wireSender(sender.trim()))) : undefined,
    clientReference: query.get("client_reference") || undefined,
  };
}

/** Whether the list shows this batch now. */
export function isListed(batch: Batch, filter: ListFilter, nowMs: number): boolean {
  if (batch.listedAtMs > nowMs || batch.acceptedAtMs < filter.startMs || batch.acceptedAtMs >= filter.endMs)
    return false;
  if (filter.clientReference !== undefined && batch.clientReference !== filter.clientReference) return false;
  return filter.senders === undefined || (batch.from !== undefined && filter.senders.has(wireSender(batch.from)));
}

function readInteger(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number | Refusal {
  const value = query.get(name);
  if (!value) return fallback;
  if (!/^-?\d{1,15}$/.test(value)) {
    return invalidFormat(`The format of parameter '${name}' is invalid; '${value}' is not a valid integer`);
  }
  const integer = Number(value);
  if (integer >= min && integer <= max) return integer;
  return constraintViolation(`The parameter '${name}' is out of range.`);
}

function readTime(query: URLSearchParams, name: string, fallback: number): number | Refusal {
  const value = query.get(name);
  if (!value) return fallback;
  const milliseconds = parseInstant(value);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  return invalidFormat(`The format of parameter '${name}' is invalid; '${value}' is not a valid ISO-8601 time`);
}
