import type { RecipientCounts, SendResult } from "@volley/contract";
import type { FailureCause, Finding, Outcome } from "@volley/sinch";
import type { StopReason } from "./own-pulling.ts";

/** Hears of something in a region. */
type Told<Fields extends object = object> = (event: { readonly region: string } & Readonly<Fields>) => void;

/** What a process may want to count. Every call names its region; none carries recipients or text. */
export type Observer = {
  /** One request to the provider came to an end. @param event.cause - why there was no usable answer, else `null` */
  readonly requestEnded: Told<{
    outcome: Outcome["kind"];
    cause: FailureCause | null;
    recipients: number;
    durationMs: number;
  }>;
  /**
   * The provider was asked whether it has a batch that is in doubt; `not_yet` while its absence is not believed.
   *
   * @param event.cause - why it could not be asked; `null` where it answered
   */
  readonly asked: Told<{ answer: Finding["kind"] | "not_yet"; cause: FailureCause | null }>;
  /**
   * It was written down how people of a send ended, part by part: each is told once. What a cancellation or a decision changes
   * later is not.
   */
  readonly ended: Told<{ recipients: RecipientCounts }>;
  /** People who have opted out were taken out of a batch that waited at the provider, or it was too late for that. */
  readonly takenOut: Told<{ outcome: "out" | "too_late"; recipients: number }>;
  /** More batches of a region wait at the provider than are kept: nobody is taken out of one. */
  readonly notTakenFrom: Told;
  /** A whole send has its result; its parts are not told. */
  readonly settled: Told<{ result: SendResult }>;
  /** The region's pace let a request go, after a wait. */
  readonly paced: Told<{ waitMs: number }>;
  /** Nobody knows whether a part was accepted: the provider is asked. Told once each, not with every look. */
  readonly doubted: Told;
  /** A job met an error that nobody has foreseen, and rests. */
  readonly crashed: Told;
  /** A job was picked up that was made for a newer worker, and went back to wait for one. */
  readonly newerJob: Told;
  /** A job has lost its worker, of whichever process, and waits again. */
  readonly lostWorker: Told;
  /** The whole region waits. */
  readonly backedOff: Told<{ reason: string; delayMs: number }>;
  /** The region's set-up is refused, or is taken again. */
  readonly suspended: Told<{ isSuspended: boolean }>;
  /** This process picks up nothing in the region, or does again. */
  readonly stoodAside: Told<{ reason: StopReason; isAside: boolean }>;
  /** Redis has refused a write. @param event.code - its first word: `OOM`, `READONLY` */
  readonly redisRefused: Told<{ code: string }>;
};

/** Counts nothing. */
export const SILENT_OBSERVER: Observer = {
  requestEnded: () => {},
  asked: () => {},
  ended: () => {},
  takenOut: () => {},
  notTakenFrom: () => {},
  settled: () => {},
  paced: () => {},
  doubted: () => {},
  crashed: () => {},
  newerJob: () => {},
  lostWorker: () => {},
  backedOff: () => {},
  suspended: () => {},
  stoodAside: () => {},
  redisRefused: () => {},
};
