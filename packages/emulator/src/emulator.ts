import type { AcceptedBatch } from "./accepted-batch.ts";
import type { RecipientTotals } from "./batches/recipient-counts.ts";
import type { Fault } from "./faults/fault.ts";
import type { AddedFault } from "./faults/fault-list.ts";
import type { RequestRecord, RequestTotals } from "./request-log.ts";

/** The sums since the start or the last reset. */
export interface EmulatorStats extends RequestTotals, RecipientTotals {
  /** Batches that were accepted, canceled ones included. */
  readonly batches: number;
}

/** The faults that are set; see `Fault` and the table in the README. */
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
  /** Forgets everything, faults too. */
  reset(): void;
  /** Stops at once: open connections and waiting answers are cut off. */
  close(): Promise<void>;
}
