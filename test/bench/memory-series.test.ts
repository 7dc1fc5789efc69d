import { expect, test } from "@jest/globals";
import { thinned } from "./memory-series.ts";

test.each([
  [3, [0, 1, 2]],
  [4, [0, 1, 2, 3]],
  [5, [0, 1, 3, 4]],
  [100, [0, 33, 66, 99]],
])("of %d at most four are kept, with the first and the last", (length, kept) => {
  expect(
    thinned(
      Array.from({ length }, (_, index) => index),
      4,
    ),
  ).toEqual(kept);
});
