import { expect, test } from "@jest/globals";
import { valuesOfNumbers } from "./number-values.ts";

const GROUP = "01HEAWCHESCXG8SDG5R10VF8E1";

test("numbers are integers to the last digit, and groups none", () => {
  const numbers = ["1234567", "46701234567", "1000000000", "999999999999999"];
  expect([...valuesOfNumbers([...numbers, GROUP, ""])]).toEqual([...numbers.map(Number), NaN, 0]);
  expect([...valuesOfNumbers([])]).toEqual([]);
});

test.each(["46701234567,46701234568", ",", "4670123456\u0130", "\u012c1234567", "4670 1", "😀"])(
  "%j is no number, and moves none of the others",
  (odd) => {
    expect([...valuesOfNumbers([odd])]).toEqual([NaN]);
    expect([...valuesOfNumbers(["46701234567", odd, GROUP, "4670"])]).toEqual([46701234567, NaN, NaN, 4670]);
  },
);

test("a longer list than any before is read to its end", () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => String(46_700_000_000 + index));
  expect(valuesOfNumbers(numbers).every((value, place) => value === 46_700_000_000 + place)).toBe(true);
});
