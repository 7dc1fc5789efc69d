import { expect, it } from "@jest/globals";
import { countValues, memoryNeed } from "./memory-need.ts";

it.each([
  ["", 1],
  ["46701234567", 1],
  ["46701234567,46701234568", 2],
  [JSON.stringify({ to: ["1", "2", "3"], parameters: { name: { 1: "a", 2: "b" } } }), 9],
  ["[[[[", 5],
])("counts the values of %s", (text, values) => {
  expect(countValues(text)).toBe(values);
});

it("takes the bytes of a text and not its characters", () => {
  expect(memoryNeed("日本語".repeat(1_000))).toBeGreaterThan(memoryNeed("abc".repeat(1_000)));
});

/** Measured: the smallest heap in which a worker that does nothing else has sent such a job, less the 27 MB that it takes idle. */
it.each([
  ["100,000 recipients", 1_400_037, 100_000, 13],
  ["and 12 characters for each", 4_300_064, 200_000, 43],
  ["and four times one character for each", 8_600_103, 500_000, 115],
  ["and twice 100 characters for each", 24_800_077, 300_000, 100],
])("is enough for %s", (_, bytes, values, measuredMb) => {
  const need = memoryNeed("a".repeat(bytes), values);
  expect(need).toBeGreaterThan(measuredMb * 1_000_000);
  expect(need).toBeLessThan(2.5 * measuredMb * 1_000_000);
});
