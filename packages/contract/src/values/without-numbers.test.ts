import { expect, test } from "@jest/globals";
import { withoutNumbers } from "./without-numbers.ts";

test.each([
  ["46701234567", "(number)"],
  ["1234567", "(number)"],
  ["+46 (70) 123-45 67 is refused", "(number) is refused"],
  ["070/123.45.67", "(number)"],
  ["+4670\u20111234567", "(number)"],
  ["٤٦٧٠١٢٣٤٥٦٧", "(number)"],
  ["reminder-46701234567.p0", "reminder-(number).p0"],
  ["46.70.123.45", "(number)"],
  ["2026-12-01 46701234567", "(number)"],
  ["46701234-5670-4234", "(number)"],
  ["one 46701234567, two 46701234568", "one (number), two (number)"],
])("hides the number in %j", (text, shown) => {
  expect(withoutNumbers(text)).toBe(shown);
});

test.each([
  "Response code 400 (Bad Request)",
  "123456",
  "held until 2026-12-01T09:00:00.123Z, 2026-12-01 09:00 or 2026-12-01",
  "worker.js:595:32",
  "connect ECONNREFUSED 192.168.100.200:6379",
  "job 12345678-1234-4234-8234-123456789012",
  "",
])("leaves %j as it is", (text) => {
  expect(withoutNumbers(text)).toBe(text);
});
