import { type Spread, spreadOf } from "./statistics.ts";

/** What a measured number has to reach. */
export type Threshold =
  | { readonly kind: "at_least"; readonly value: number }
  | { readonly kind: "at_most"; readonly value: number }
  | { readonly kind: "between"; readonly smallest: number; readonly largest: number };

/** What one process has used. */
export type ProcessCost = {
  /** `worker`, `producer`, `redis`, `emulator`, or a baseline's name. */
  readonly process: string;
  /** Processor time per recipient in microseconds, of user and kernel together, all threads. */
  readonly cpuUsPerRecipient: number | null;
  /** The most memory that was resident at once, in bytes. */
  readonly peakBytes: number | null;
};

/** One line of the table. */
export type Measurement = {
  /** What was done, in words. */
  readonly name: string;
  /** What both numbers count. */
  readonly unit: string;
  readonly ours: Spread;
  /** What it is compared with; `null` where the number itself is judged. */
  readonly baseline: { readonly name: string; readonly spread: Spread } | null;
  /** Ours in units of the baseline. */
  readonly ratio: Spread | null;
  /** `null` for a number that is only reported. */
  readonly threshold: Threshold | null;
  readonly costs: readonly ProcessCost[];
};

/** What became of one row. */
export type RowReport = {
  readonly row: string;
  readonly measurements: readonly Measurement[];
  /** What the table cannot say: a curve, a profile, why something was left out. */
  readonly notes: readonly string[];
  /** What only the JSON holds. */
  readonly data?: unknown;
};

/** A number that is compared with nothing but its threshold. */
export function alone(
  name: string,
  unit: string,
  values: readonly number[],
  threshold: Threshold | null,
  costs: readonly ProcessCost[] = [],
): Measurement {
  return { name, unit, ours: spreadOf(values), baseline: null, ratio: null, threshold, costs };
}
