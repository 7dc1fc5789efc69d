import type { ForcedOutcome } from "../delivery/outcome.ts";
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
  /** When it leaves the plan's queue. Until then it can be changed, and canceling it keeps everybody from being texted. */
  readonly dispatchAtMs: number;
  readonly reportType: ReportType;
  /** Where its reports go; undefined: where those of the plan do. */
  readonly callbackUrl: string | undefined;
  readonly isMedia: boolean;
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
  /** Whether it was canceled before it was dispatched, so that nobody was texted. */
  isWithdrawn: boolean;
  /** The numbers in its groups, from the moment it is dispatched; undefined before, and for a batch without groups. */
  members: readonly number[] | undefined;
  /** What the fault `outcome` decided for its recipients. */
  readonly forced: readonly ForcedOutcome[];
  /** Recipients whose delivery the caller has confirmed; undefined as long as nobody did. */
  feedback: Set<string> | undefined;
}
