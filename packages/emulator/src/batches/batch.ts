import type { ForcedOutcome } from "../values/outcome.ts";
import type { KeptRequest } from "./kept-request.ts";

/** What callbacks a batch asks for. */
export type ReportType = "none" | "summary" | "full" | "per_recipient" | "per_recipient_final";

/** What an update or a replacement changes; the rest of a batch stays as it was accepted. */
export interface BatchContent {
  readonly request: KeptRequest;
  readonly from: string | undefined;
  readonly clientReference: string | undefined;
  readonly sendAtMs: number | undefined;
  readonly expireAtMs: number;
  /** From when on it waits to be dispatched: its `send_at`, or when it was accepted if that is absent or was past. */
  readonly dueAtMs: number;
  /** When it is dispatched, unless it expires before. See `leavesQueueAtMs`. */
  readonly dispatchAtMs: number;
  readonly reportType: ReportType;
  /** Where its reports go; undefined: where those of the plan do. */
  readonly callbackUrl: string | undefined;
  readonly isMedia: boolean;
}

/**
 * When a batch leaves the plan's queue: dispatched, or dead because it expired there. Until then it can be changed, and
 * canceling it keeps everybody from being texted; what it has come to by then is final.
 */
export function leavesQueueAtMs({ dispatchAtMs, expireAtMs }: BatchContent): number {
  return Math.min(dispatchAtMs, expireAtMs);
}

/** Whether a batch expires before it is dispatched. */
export function expiresInQueue({ dispatchAtMs, expireAtMs }: BatchContent): boolean {
  return expireAtMs <= dispatchAtMs;
}

/** One accepted batch, kept small: ten million recipients are ten thousand of these. */
export interface Batch {
  readonly id: string;
  readonly plan: string;
  readonly acceptedAtMs: number;
  /** From when on `GET /batches` lists it. Later than `acceptedAtMs` only through the fault `late_listing`. */
  readonly listedAtMs: number;
  content: BatchContent;
  modifiedAtMs: number;
  canceled: boolean;
  /** Whether it was canceled before it left the queue, so that nobody was texted. */
  isWithdrawn: boolean;
  /** Its groups that were there when its recipients were counted; they stay its groups when they are deleted. */
  groups: readonly string[];
  /** The numbers in its groups, from the moment it leaves the queue; undefined before, and for a batch without groups. */
  members: readonly number[] | undefined;
  /** What the fault `outcome` decided for its recipients. */
  readonly forced: readonly ForcedOutcome[];
  /** Recipients whose delivery the caller has confirmed; undefined as long as nobody did. */
  feedback: Set<string> | undefined;
}
