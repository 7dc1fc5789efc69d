import { judge } from "./judge.ts";
import type { Measurement, ProcessCost, RowReport, Threshold } from "./measurement.ts";
import type { Spread } from "./statistics.ts";

const HEAD = ["row", "what", "unit", "ours", "baseline", "ratio", "wanted", ""];

const MARKS = { reached: "reached", missed: "**MISSED**", reported: "" } as const;

/** The table of all that was measured, in Markdown; each number as smallest / median / largest. */
export function benchTable(reports: readonly RowReport[]): string {
  const rows = reports.flatMap(({ row, measurements }) => measurements.map((measurement) => cells(row, measurement)));
  return [HEAD, HEAD.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** What each process used: processor time per recipient, and the most memory. */
export function costTable(reports: readonly RowReport[]): string {
  const rows = reports.flatMap(({ row, measurements }) =>
    measurements.flatMap(({ name, costs }) => costs.map((cost) => [row, name, ...costCells(cost)])),
  );
  const head = ["row", "what", "process", "CPU µs per recipient", "peak MB"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A number in as many digits as it is worth: 1,234,567, 12.3, 0.0456. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en");
  if (size >= 10) return value.toFixed(1);
  return size >= 0.1 || size === 0 ? value.toFixed(2) : value.toPrecision(3);
}

function cells(row: string, measurement: Measurement): string[] {
  const { name, unit, ours, baseline, ratio, threshold } = measurement;
  return [
    row,
    name,
    unit,
    spread(ours),
    baseline === null ? "" : `${spread(baseline.spread)} (${baseline.name})`,
    ratio === null ? "" : spread(ratio),
    threshold === null ? "" : wanted(threshold),
    MARKS[judge(measurement)],
  ];
}

function costCells({ process, cpuUsPerRecipient, peakBytes }: ProcessCost): string[] {
  return [
    process,
    cpuUsPerRecipient === null ? "" : shortNumber(cpuUsPerRecipient),
    peakBytes === null ? "" : shortNumber(peakBytes / 1e6),
  ];
}

function spread({ min, median, max }: Spread): string {
  const numbers = [min, median, max].map(shortNumber);
  return new Set(numbers).size === 1 ? shortNumber(median) : numbers.join(" / ");
}

function wanted(threshold: Threshold): string {
  switch (threshold.kind) {
    case "at_least":
      return `≥ ${threshold.value}`;
    case "at_most":
      return `≤ ${threshold.value}`;
    case "between":
      return `${threshold.smallest} to ${threshold.largest}`;
  }
}
