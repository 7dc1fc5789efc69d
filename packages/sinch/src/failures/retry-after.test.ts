import { expect, test } from "@jest/globals";
import { retryAfterMs } from "./retry-after.ts";

const now = new Date("2026-12-01T08:00:00Z");

test.each([
  ["0", 0],
  ["1", 1_000],
  [" 120 ", 120_000],
  ["1.5", 1_500],
  ["0.0001", 1],
  ["007", 7_000],
])("reads seconds: %p", (value, expected) => {
  expect(retryAfterMs(value, now)).toBe(expected);
});

test.each([
  ["Tue, 01 Dec 2026 08:00:30 GMT", 30_000],
  ["Tuesday, 01-Dec-26 08:00:30 GMT", 30_000],
  ["Tue Dec  1 08:00:30 2026", 30_000],
  ["Tue, 01 Dec 2026 08:00:00 GMT", 0],
  ["Tue, 01 Dec 2026 07:59:59 GMT", 0],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
])("reads a date: %p", (value, expected) => {
  expect(retryAfterMs(value, now)).toBe(expected);
});

test.each(["86401", "99999999999999999999", "9".repeat(400), "Sun, 01 Dec 2999 08:00:00 GMT"])(
  "believes no wait that is longer than a day: %p",
  (value) => {
    expect(retryAfterMs(value, now)).toBe(86_400_000);
  },
);

test.each([
  undefined,
  "",
  "  ",
  "-5",
  "-0.5",
  "+5",
  "1e9",
  "0x10",
  "Infinity",
  "NaN",
  "soon",
  "abc 5",
  "5 seconds",
  "Mon, 99 Foo 2026 08:00:00 GMT",
  "2026-12-01T08:00:30Z",
])("says nothing about %p", (value) => {
  expect(retryAfterMs(value, now)).toBeNull();
});

test("takes the first of several", () => {
  expect(retryAfterMs(["3", "4"], now)).toBe(3_000);
  expect(retryAfterMs([], now)).toBeNull();
});
