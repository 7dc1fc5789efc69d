import type { RowReport } from "../measurement.ts";
import { thinned } from "../memory-series.ts";

/** What one run of the bench has written. */
export type BenchResult = {
  /** The time, the processors, the versions and the load, a line each. */
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly scale: number;
  readonly isDurable: boolean;
  readonly reports: readonly RowReport[];
};

/** A row as it was last measured. */
export type MeasuredRow = Omit<RowReport, "notes"> & {
  /** When, on what machine, and in how many rounds. */
  readonly how: string;
};

/** More points than a picture is wide say nothing. */
const MOST_POINTS = 100;

/** What is kept after a run: its rows in place of the same ones before, the others as they were. */
export function keep(before: readonly MeasuredRow[], run: BenchResult): MeasuredRow[] {
  const how = howOf(run);
  const rows = new Map(before.map((row) => [row.row, row]));
  for (const { notes: _, ...report } of run.reports) rows.set(report.row, { ...(small(report) as typeof report), how });
  return [...rows.values()].toSorted((one, other) => numberOf(one) - numberOf(other));
}

function howOf({ machine: [at = "", ...machine], rounds, scale, isDurable }: BenchResult): string {
  const amount = scale === 1 ? "" : `, ${scale} of the amounts`;
  const disk = isDurable ? ", with an append-only file" : "";
  return `${at.slice(0, 10)}, ${machine.join(", ")}, ${rounds} round${rounds === 1 ? "" : "s"}${amount}${disk}`;
}

function numberOf({ row }: MeasuredRow): number {
  return Number.parseInt(row, 10);
}

/** The same with fewer digits, and with fewer points where there are many. */
function small(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(6));
  if (Array.isArray(value)) return thinned(value, MOST_POINTS).map(small);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, small(each)]));
}
