import { parseInstant } from "../values/instant.ts";
import { constraintViolation, invalidFormat, invalidJson } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import type { Fields } from "../values/fields.ts";

/** Sinch: the default and the maximum of `expire_at`, counted from `send_at`. */
const MAX_EXPIRY_MS = 3 * 24 * 60 * 60 * 1_000;

/** When a batch is to go out, in milliseconds since 1970. */
export interface Schedule {
  /** Undefined: at once. A `send_at` that is already past is kept as it was sent. */
  readonly sendAtMs: number | undefined;
  /** From when on it waits to be dispatched: its `send_at`, or now when that is absent or past. */
  readonly dueAtMs: number;
}

/** When a batch goes out and when it dies, in milliseconds since 1970. */
export interface Window extends Schedule {
  readonly expireAtMs: number;
}

/**
 * Reads `send_at` and `expire_at`.
 *
 * A `send_at` in the past means at once. What Sinch does with an `expire_at` beyond the maximum is not published;
 * the emulator refuses it, so that nobody relies on it.
 *
 * @param before - of a batch that is updated: one whose `send_at` stays is due when it was due before, and its expiry
 *   counts from there
 */
export function checkTimes(fields: Fields, nowMs: number, before?: Schedule): Window | Refusal {
  const sendAtMs = readTime(fields, "send_at");
  if (typeof sendAtMs === "object") return sendAtMs;
  const expireAtMs = readTime(fields, "expire_at");
  if (typeof expireAtMs === "object") return expireAtMs;
  const isUnmoved = before !== undefined && before.sendAtMs === sendAtMs;
  const dueAtMs = isUnmoved ? before.dueAtMs : Math.max(sendAtMs ?? nowMs, nowMs);
  if (expireAtMs === undefined) return { sendAtMs, dueAtMs, expireAtMs: dueAtMs + MAX_EXPIRY_MS };
  if (expireAtMs <= Math.max(dueAtMs, nowMs)) {
    return constraintViolation("The parameter 'expire_at' must be after 'send_at'.");
  }
  if (expireAtMs > dueAtMs + MAX_EXPIRY_MS) {
    return constraintViolation("The parameter 'expire_at' must be at most 3 days after 'send_at'.");
  }
  return { sendAtMs, dueAtMs, expireAtMs };
}

function readTime(fields: Fields, name: string): number | undefined | Refusal {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "string") return invalidJson(`The parameter '${name}' must be a string.`);
  const milliseconds = parseInstant(value);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  return invalidFormat(`The format of parameter '${name}' is invalid; '${value}' is not a valid ISO-8601 time`);
}
