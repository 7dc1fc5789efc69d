import type { ProcessCost } from "./measurement.ts";
import { cpuMsOf, peakBytesOf } from "./process-cost.ts";
import { spreadOf } from "./statistics.ts";

/** Reads what processes use while something is done. */
export type Meter = {
  /** Runs the work, which was done for so many recipients, and keeps what it has cost. */
  readonly measure: <Value>(recipients: number, work: () => Promise<Value>) => Promise<Value>;
  /** What one of them took, in microseconds per recipient, of all that was measured one after the other. */
  readonly each: (process: string) => number[];
  /** Median over all that was measured; the memory is the peak since each process began. */
  readonly costs: () => ProcessCost[];
};

/** @param pids - of the processes by the name they have in the table */
export function createMeter(pids: Readonly<Record<string, number>>): Meter {
  const names = Object.keys(pids);
  const cpuNow = (): number[] => Object.values(pids).map(cpuMsOf);
  const measured: number[][] = [];
  return {
    measure: async (recipients, work) => {
      const before = cpuNow();
      const value = await work();
      measured.push(cpuNow().map((ms, index) => ((ms - (before[index] ?? 0)) * 1_000) / recipients));
      return value;
    },
    each: (process) => measured.map((values) => values[names.indexOf(process)] ?? NaN),
    costs: () =>
      names.map((process, index) => ({
        process,
        cpuUsPerRecipient:
          measured.length === 0 ? null : spreadOf(measured.map((values) => values[index] ?? NaN)).median,
        peakBytes: peakBytesOf(pids[process] ?? NaN),
      })),
  };
}
