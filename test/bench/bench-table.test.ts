import { expect, test } from "@jest/globals";
import { benchTable, costTable, shortNumber } from "./bench-table.ts";
import type { RowReport } from "./measurement.ts";

const reports: RowReport[] = [
  {
    row: "1 million",
    measurements: [
      {
        name: "10 at once",
        unit: "recipients/s",
        ours: { min: 900_000, median: 1_000_000, max: 1_100_000 },
        baseline: { name: "got alone", spread: { min: 2_000_000, median: 2_000_000, max: 2_000_000 } },
        ratio: { min: 0.45, median: 0.5, max: 0.55 },
        threshold: { kind: "at_least", value: 0.7 },
        costs: [{ process: "worker", cpuUsPerRecipient: 1.234, peakBytes: 123_400_000 }],
      },
      {
        name: "alone",
        unit: "MB",
        ours: { min: 1, median: 1, max: 1 },
        baseline: null,
        ratio: null,
        threshold: null,
        costs: [{ process: "redis", cpuUsPerRecipient: null, peakBytes: null }],
      },
    ],
    notes: [],
  },
];

test("each number stands as smallest, median and largest, and what was missed is marked", () => {
  const [, , missed, reported] = benchTable(reports).split("\n");
  expect(missed).toBe(
    "| 1 million | 10 at once | recipients/s | 900,000 / 1,000,000 / 1,100,000 | 2,000,000 (got alone) | 0.45 / 0.50 / 0.55 | ≥ 0.7 | **MISSED** |",
  );
  expect(reported).toBe("| 1 million | alone | MB | 1.00 |  |  |  |  |");
});

test("the costs of each process stand in a table of their own", () => {
  const [, , worker, redis] = costTable(reports).split("\n");
  expect(worker).toBe("| 1 million | 10 at once | worker | 1.23 | 123 |");
  expect(redis).toBe("| 1 million | alone | redis |  |  |");
});

test.each([
  [1_234_567.8, "1,234,568"],
  [12.34, "12.3"],
  [1, "1.00"],
  [0.04567, "0.0457"],
  [0, "0.00"],
  [NaN, "–"],
])("%d is written %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
