import type { AcceptedBatch } from "../batches/accepted-batch.ts";
import type { RecipientTotals } from "../batches/recipient-counts.ts";
import type { Fault } from "../faults/fault.ts";
import type { AddedFault } from "../faults/fault-list.ts";
import type { CallbackAttempt, CallbackTotals } from "../callbacks/callback-sender.ts";
import type { CallbackSettings } from "../callbacks/callback-settings.ts";
import type { Inbound, NewInbound } from "../inbounds/inbound.ts";
import type { RequestRecord, RequestTotals } from "../calls/request-log.ts";
import type { TokenTotals } from "../tokens/token-store.ts";

/** The sums since the start or the last reset. */
export interface EmulatorStats extends RequestTotals, RecipientTotals {
  /** Batches that were accepted, canceled ones included. */
  readonly batches: number;
}

/** A message from a phone, and whether the callback with it was taken. */
export type HeardInbound = Inbound & {
  readonly plan: string;
  /** When it was answered with 2xx, milliseconds since 1970; null while it was not. */
  readonly acknowledged_at: number | null;
};

/** What became of callbacks, with the last 1,000 tries. */
export interface CallbackReport extends CallbackTotals {
  /** Oldest first. */
  readonly last: readonly CallbackAttempt[];
}

/** The faults that are set; see `Fault` and the table in docs/emulator.md. */
export interface EmulatorFaults {
  /**
   * Adds a fault and returns its ID.
   *
   * @throws TypeError naming every field that is wrong
   */
  add(fault: Fault): string;
  /** Removes one fault; false when there is none with this ID. */
  remove(id: string): boolean;
  clear(): void;
  /** Every fault that was not removed, with how often it struck. */
  list(): AddedFault[];
}

/** A running emulator, and what a test asks it. */
export interface Emulator {
  /** Scheme, host and port, for example `http://127.0.0.1:8090`. */
  readonly url: string;
  readonly faults: EmulatorFaults;
  /**
   * How often a recipient was texted.
   *
   * Batches count from the moment they are accepted; a batch canceled before its `send_at` no longer counts. A number
   * that stands twice in one batch was texted twice. A recipient without a value for a placeholder was not texted.
   *
   * @param number - with or without `+`, or a group ID
   */
  timesTexted(number: string): number;
  /** The texts that a recipient got, in order, with the parameters filled in. */
  textsTo(number: string): string[];
  /** Every accepted batch, oldest first. */
  batches(): AcceptedBatch[];
  /** The last 100,000 requests, oldest first. */
  requests(): RequestRecord[];
  stats(): EmulatorStats;
  /**
   * Lets a phone text one of the plan's numbers: it is listed, called back, and groups with its keywords change.
   *
   * @throws TypeError naming every field that is wrong
   */
  receive(message: NewInbound): Inbound;
  /** Every message that phones have sent, the oldest of each plan first. */
  inbounds(): HeardInbound[];
  /** What became of the callbacks. */
  callbacks(): CallbackReport;
  /**
   * Changes where callbacks go from now on, and how they are signed; undefined takes a setting away.
   *
   * @param plan - of this one alone; what is set for a plan goes before what is set for all
   */
  setCallbacks(settings: Partial<CallbackSettings>, plan?: string): void;
  /** How often tokens were asked for. */
  tokens(): TokenTotals;
  /** Lets every token that was given out so far be expired. */
  expireTokens(): void;
  /** Forgets everything, faults too; not the options, the callbacks' URLs and tokens that somebody has. */
  reset(): void;
  /** Stops at once: open connections and waiting answers are cut off. */
  close(): Promise<void>;
}
