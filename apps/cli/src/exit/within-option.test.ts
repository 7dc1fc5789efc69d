import { expect, it } from "@jest/globals";
import { readWithin } from "./within-option.ts";

it.each([
  ["1s", 1_000],
  ["30m", 1_800_000],
  ["2h", 7_200_000],
  ["30d", 2_592_000_000],
])("reads %s", (text, milliseconds) => {
  expect(readWithin(text)).toBe(milliseconds);
});

it.each(["", "2", "h", "0h", "31d", "2 hours", "-1h", "1.5h", "1H"])("refuses %j and says what it takes", (text) => {
  expect(() => readWithin(text)).toThrow("--within: expected a time such as 30m, 2h or 7d, at most 30d");
});
