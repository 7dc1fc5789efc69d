import type { Measurement, RowReport, Threshold } from "./measurement.ts";

/** `reported` has nothing to reach. */
export type Verdict = "reached" | "missed" | "reported";

/** A threshold is judged by the median: of the ratio where there is a baseline, of the number itself otherwise. */
export function judge({ ratio, ours, threshold }: Measurement): Verdict {
  if (threshold === null) return "reported";
  return isReached((ratio ?? ours).median, threshold) ? "reached" : "missed";
}

/** A row that only reports has nothing to miss. */
export function isRowReached({ measurements }: RowReport): boolean {
  return measurements.every((measurement) => judge(measurement) !== "missed");
}

function isReached(value: number, threshold: Threshold): boolean {
  switch (threshold.kind) {
    case "at_least":
      return value >= threshold.value;
    case "at_most":
      return value <= threshold.value;
    case "between":
      return value >= threshold.smallest && value <= threshold.largest;
  }
}
