import type { RowReport } from "./measurement.ts";

/** What a row is run with. */
export type RowSetting = {
  readonly rounds: number;
  readonly isDurable: boolean;
  readonly signal: AbortSignal;
  /** An amount of work times the scale, in whole thousands where it can be, and never less than the smallest. */
  readonly scaled: (amount: number, smallest?: number) => number;
  /** Tells whoever waits what is going on. */
  readonly say: (line: string) => void;
};

/** A row of the table. */
export type Row = {
  readonly number: number;
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  readonly run: (setting: RowSetting) => Promise<Omit<RowReport, "row">>;
};
