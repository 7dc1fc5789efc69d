import { expect, test } from "@jest/globals";
import { valuesOfNumbers } from "./number-values.ts";

test("numbers are integers to the last digit, and groups none", () => {
  const numbers = ["1234567", "46701234567", "1000000000", "999999999999999"];
  expect([...valuesOfNumbers([...numbers, "01HEAWCHESCXG8SDG5R10VF8E1", ""])]).toEqual([
    ...numbers.map(Number),
    NaN,
    0,
  ]);
});
