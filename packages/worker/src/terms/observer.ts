import type { RecipientCounts, RegionLimits, SendResult } from "@volley/contract";
import type { FailureCause, Finding, Outcome } from "@volley/sinch";
import type { StopReason } from "./own-pulling.ts";

/** What a process may want to count. Every call names its region; none carries recipients or text. */
export type Observer = {
  /** One request to the provider came to an end. */
  readonly requestEnded: (event: {
    readonly region: string;
    readonly outcome: Outcome["kind"];
    /** Why the provider gave no usable answer; `null` where it gave one. */
    readonly cause: FailureCause | null;
    readonly recipients: number;
    readonly durationMs: number;
  }) => void;
  /** The provider was asked whether it has a batch that is in doubt; `not_yet` while its absence is not believed. */
  readonly asked: (event: {
    readonly region: string;
    readonly answer: Finding["kind"] | "not_yet";
    /** Why it could not be asked; `null` where it answered. */
    readonly cause: FailureCause | null;
  }) => void;
  /**
   * It was written down how people of a send ended, part by part: each is told once. What a cancellation or a decision changes
   * later is not.
   */
  readonly ended: (event: { readonly region: string; readonly recipients: RecipientCounts }) => void;
  /** A whole send has its result; its parts are not told. */
  readonly settled: (event: { readonly region: string; readonly result: SendResult }) => void;
  /** The region's pace let a request go, after a wait. */
  readonly paced: (event: { readonly region: string; readonly waitMs: number }) => void;
  /** The limits of a region, at the start and whenever they change. */
  readonly limited: (event: { readonly region: string; readonly limits: RegionLimits }) => void;
  /** Nobody knows whether a part was accepted: the provider is asked. Told once each, not with every look. */
  readonly doubted: (event: { readonly region: string }) => void;
  /** A job met an error that nobody has foreseen, and rests. */
  readonly crashed: (event: { readonly region: string }) => void;
  /** A job has lost its worker, of whichever process, and waits again. */
  readonly lostWorker: (event: { readonly region: string }) => void;
  /** The whole region waits. */
  readonly backedOff: (event: { readonly region: string; readonly reason: string; readonly delayMs: number }) => void;
  /** The region's set-up is refused, or is taken again. */
  readonly suspended: (event: { readonly region: string; readonly isSuspended: boolean }) => void;
  /** This process picks up nothing in the region, or does again. */
  readonly stoodAside: (event: {
    readonly region: string;
    readonly reason: StopReason;
    readonly isAside: boolean;
  }) => void;
  /** Redis has refused a write. @param event.code - its first word: `OOM`, `READONLY` */
  readonly redisRefused: (event: { readonly region: string; readonly code: string }) => void;
};

/** Counts nothing. */
export const SILENT_OBSERVER: Observer = {
  requestEnded: () => {},
  asked: () => {},
  ended: () => {},
  settled: () => {},
  paced: () => {},
  limited: () => {},
  doubted: () => {},
  crashed: () => {},
  lostWorker: () => {},
  backedOff: () => {},
  suspended: () => {},
  stoodAside: () => {},
  redisRefused: () => {},
};
