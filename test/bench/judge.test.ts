import { expect, test } from "@jest/globals";
import { isRowReached, judge } from "./judge.ts";
import type { Measurement, Threshold } from "./measurement.ts";

const flat = (value: number) => ({ min: value - 1, median: value, max: value + 1 });

const measured = (ratio: number | null, threshold: Threshold | null): Measurement => ({
  name: "a thing",
  unit: "things/s",
  ours: flat(0.98),
  baseline: null,
  ratio: ratio === null ? null : flat(ratio),
  threshold,
  costs: [],
});

const atLeast: Threshold = { kind: "at_least", value: 0.7 };
const atMost: Threshold = { kind: "at_most", value: 1.3 };
const between: Threshold = { kind: "between", smallest: 0.97, largest: 1 };

test.each([
  ["at the lower limit", 0.7, atLeast, "reached"],
  ["below it", 0.699, atLeast, "missed"],
  ["at the upper limit", 1.3, atMost, "reached"],
  ["above it", 1.301, atMost, "missed"],
  ["between both", 0.98, between, "reached"],
  ["below both", 0.96, between, "missed"],
  ["above both", 1.001, between, "missed"],
  ["without a threshold", 0.1, null, "reported"],
  ["that is no number", NaN, atLeast, "missed"],
] as const)("a median ratio %s is judged", (_, ratio, threshold, verdict) => {
  expect(judge(measured(ratio, threshold))).toBe(verdict);
});

test("without a baseline the number itself is judged", () => {
  expect(judge(measured(null, between))).toBe("reached");
  expect(judge(measured(null, atMost))).toBe("reached");
  expect(judge(measured(null, { kind: "at_least", value: 1 }))).toBe("missed");
});

const rowOf = (...measurements: Measurement[]) => ({ row: "a row", measurements, notes: [] });

test("a row reaches what it should when none of its measurements misses", () => {
  expect(isRowReached(rowOf(measured(1, atLeast), measured(1, null)))).toBe(true);
  expect(isRowReached(rowOf(measured(1, atLeast), measured(0.1, atLeast)))).toBe(false);
  expect(isRowReached(rowOf())).toBe(true);
});
