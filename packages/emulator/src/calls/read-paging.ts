import { parseInstant } from "../values/instant.ts";
import { constraintViolation, invalidFormat } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";

/** Sinch: without `start_date`, the last 24 hours. This hides older entries from a careless caller. */
const DEFAULT_WINDOW_MS = 24 * 60 * 60 * 1_000;

/** Sinch: lists look back 14 days (its documents of 2021 said 35). */
const MAX_WINDOW_MS = 14 * DEFAULT_WINDOW_MS;

const DEFAULT_PAGE_SIZE = 30;
const MAX_PAGE_SIZE = 100;

/** Which piece of a list is asked for. */
export interface Paging {
  readonly page: number;
  readonly pageSize: number;
}

/** The time that a list covers, in milliseconds since 1970. */
export interface TimeWindow {
  /** At or after; never more than 14 days ago. */
  readonly startMs: number;
  /** Before. */
  readonly endMs: number;
}

/** Reads `page` and `page_size`. An empty value counts as absent. */
export function readPaging(query: URLSearchParams): Paging | Refusal {
  const page = readInteger(query, "page", 0, 0, Number.MAX_SAFE_INTEGER);
  if (typeof page === "object") return page;
  const pageSize = readInteger(query, "page_size", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE);
  return typeof pageSize === "object" ? pageSize : { page, pageSize };
}

/** Reads `start_date` and `end_date`. */
export function readTimeWindow(query: URLSearchParams, nowMs: number): TimeWindow | Refusal {
  const startMs = readTime(query, "start_date", nowMs - DEFAULT_WINDOW_MS);
  if (typeof startMs === "object") return startMs;
  const endMs = readTime(query, "end_date", Number.MAX_SAFE_INTEGER);
  if (typeof endMs === "object") return endMs;
  return { startMs: Math.max(startMs, nowMs - MAX_WINDOW_MS), endMs };
}

/** Whether a moment lies in the window. */
export function isWithin(window: TimeWindow, atMs: number): boolean {
  return atMs >= window.startMs && atMs < window.endMs;
}

/** The values of a filter that takes several, joined by commas or given again; undefined when it is not there. */
export function readList(query: URLSearchParams, name: string): readonly string[] | undefined {
  const values = query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");
  return values.length === 0 ? undefined : values;
}

/** Reads a whole number within a range. */
export function readInteger(
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
