import type { Answer } from "./post.ts";

/** What an attempt has come to. */
export type Verdict =
  | { readonly kind: "delivered" }
  /** The endpoint wants nothing more. */
  | { readonly kind: "gone" }
  /** Why; and how long the whole endpoint wants to be left alone, in milliseconds. */
  | { readonly kind: "failed"; readonly failure: string; readonly waitMs: number };

/** Answers that say when to come again. */
const THROTTLES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whoever says a day means no harm, and is asked again all the same. */
const LONGEST_WAIT_MS = 60 * 60 * 1_000;

/** Judges an answer as Standard Webhooks does. */
export function judge(answer: Answer, now: Date): Verdict {
  if (answer.kind === "failed") return { kind: "failed", failure: answer.failure, waitMs: 0 };
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone" };
  const failure = `it answered ${status}${status >= 300 && status < 400 ? ", and redirects are not followed" : ""}`;
  return { kind: "failed", failure, waitMs: THROTTLES.has(status) ? waitOf(retryAfter, now) : 0 };
}

/** Seconds, or a date of HTTP; whatever else it is counts as nothing. */
function waitOf(retryAfter: string | null, now: Date): number {
  if (retryAfter === null) return 0;
  const text = retryAfter.trim();
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : new Date(text).getTime() - now.getTime();
  return Number.isNaN(waitMs) ? 0 : Math.min(LONGEST_WAIT_MS, Math.max(0, waitMs));
}
