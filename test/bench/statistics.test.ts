import { expect, test } from "@jest/globals";
import { pairedRatios, spreadOf } from "./statistics.ts";

test.each([
  [[5], { min: 5, median: 5, max: 5 }],
  [[3, 1, 2], { min: 1, median: 2, max: 3 }],
  [[4, 1, 10, 2], { min: 1, median: 3, max: 10 }],
  [[10, 9, 100], { min: 9, median: 10, max: 100 }],
])("the spread of %j is %j", (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});

test("there is no spread of nothing", () => {
  expect(() => spreadOf([])).toThrow("no value was measured");
});

test("ratios are taken within each round", () => {
  expect(pairedRatios([10, 30], [5, 10])).toEqual([2, 3]);
});

test("rounds without a partner are refused", () => {
  expect(() => pairedRatios([10, 30], [5])).toThrow("2 rounds of ours and 1 of the baseline");
});
