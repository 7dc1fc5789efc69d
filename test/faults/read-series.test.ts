import { expect, it } from "@jest/globals";
import { moveOf, readSeries } from "./read-series.ts";
import type { WatchedWorker } from "./watched-worker.ts";

const METRICS = ['a_total{region="us",kind="x"} 2', 'a_total{region="us",kind="y"} 3', 'a_total_b{kind="x"} 9'].join(
  "\n",
);

it("reads the sum of the series that have a label, and of those alone", () => {
  expect(readSeries(METRICS, { name: "a_total" })).toBe(5);
  expect(readSeries(METRICS, { name: "a_total", label: 'kind="x"' })).toBe(2);
  expect(readSeries(METRICS, { name: "a" })).toBeNull();
});

it("tells how far the series moved that moved most, while a fault lasted", () => {
  const workers = [worker([1, 4], [12, null], [13, 5], [25, 99]), worker([1, 7], [15, 9], [19, 8])];
  expect(moveOf(workers, { name: "a_total" }, { from: 10, to: 20 })).toEqual({ from: 7, to: 9 });
  expect(moveOf([worker([15, 1])], { name: "a_total" }, { from: 10, to: 20 })).toEqual({ from: 0, to: 1 });
  expect(moveOf([worker([1, 4], [12, 4])], { name: "a_total" }, { from: 10, to: 20 })).toEqual({ from: 4, to: 4 });
});

function worker(...values: [number, number | null][]): Pick<WatchedWorker, "sights"> {
  return {
    sights: values.map(([at, value]) => ({
      at,
      livez: null,
      readyz: null,
      metrics: value === null ? null : `a_total{} ${value}`,
    })),
  };
}
