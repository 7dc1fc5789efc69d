import { expect, it } from "@jest/globals";
import { howLong, paceInWords } from "./how-long.ts";

it.each([
  [0, "a moment"],
  [29_999, "a moment"],
  [60_000, "a minute"],
  [59 * 60_000, "59 minutes"],
  [60 * 60_000, "an hour"],
  [89 * 60_000, "an hour"],
  [23.6 * 3_600_000, "24 hours"],
  [47 * 3_600_000, "47 hours"],
  [48 * 3_600_000, "2 days"],
])("%i milliseconds are %s", (milliseconds, words) => {
  expect(howLong(milliseconds)).toBe(words);
});

it.each([
  [{ rate: null, left: null }, ""],
  [{ rate: 1.25, left: 40 }, "1.3 parts/s, 40 s left"],
  [{ rate: 1_234.5, left: 600 }, "1,235 parts/s, about 10 minutes left"],
  [{ rate: 12, left: 0 }, "12 parts/s"],
])("tells a pace: %j", (pace, words) => {
  expect(paceInWords(pace, " parts")).toBe(words);
});
