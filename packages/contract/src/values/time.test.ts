import { describe, expect, test } from "@jest/globals";
import { looksLikeTime, readTime, TIME_PATTERN } from "./time.ts";

describe("readTime", () => {
  test.each([
    ["Z", "2026-12-01T09:00:00Z", "2026-12-01T09:00:00.000Z"],
    ["z and t in lower case", "2026-12-01t09:00:00z", "2026-12-01T09:00:00.000Z"],
    ["+01:00", "2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"],
    ["+0100", "2026-12-01T09:00:00+0100", "2026-12-01T08:00:00.000Z"],
    ["+01", "2026-12-01T09:00:00+01", "2026-12-01T08:00:00.000Z"],
    ["-05:30", "2026-12-01T09:00:00-05:30", "2026-12-01T14:30:00.000Z"],
    ["-0530", "2026-12-01T09:00:00-0530", "2026-12-01T14:30:00.000Z"],
    ["none, which is UTC", "2026-12-01T09:00:00", "2026-12-01T09:00:00.000Z"],
    ["over midnight", "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"],
  ])("takes an offset: %s", (_, text, expected) => {
    expect(readTime(text)?.toISOString()).toBe(expected);
  });

  test.each([
    ["no seconds", "2026-12-01T09:00", "2026-12-01T09:00:00.000Z"],
    ["no seconds, an offset", "2026-12-01T09:00+01", "2026-12-01T08:00:00.000Z"],
    ["tenths", "2026-12-01T09:00:00.5Z", "2026-12-01T09:00:00.500Z"],
    ["milliseconds", "2026-12-01T09:00:00.123Z", "2026-12-01T09:00:00.123Z"],
    ["nanoseconds", "2026-12-01T09:00:00.123456789Z", "2026-12-01T09:00:00.123Z"],
    ["29 February of a leap year", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["29 February of 2000", "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["a leap day that is another day in UTC", "2028-02-29T23:30:00-01:00", "2028-03-01T00:30:00.000Z"],
  ])("takes %s", (_, text, expected) => {
    expect(readTime(text)?.toISOString()).toBe(expected);
  });

  test.each([
    ["a date alone", "2026-12-01"],
    ["30 February", "2026-02-30T09:00:00Z"],
    ["29 February of a common year", "2026-02-29T09:00:00Z"],
    ["29 February of 2100", "2100-02-29T09:00:00Z"],
    ["31 April", "2026-04-31T09:00:00Z"],
    ["month 13", "2026-13-01T09:00:00Z"],
    ["month 0", "2026-00-10T09:00:00Z"],
    ["hour 25", "2026-12-01T25:00:00Z"],
    ["minute 60", "2026-12-01T09:60:00Z"],
    ["second 61", "2026-12-01T09:00:61Z"],
    ["ten digits of a fraction", "2026-12-01T09:00:00.1234567890Z"],
    ["a fraction without digits", "2026-12-01T09:00:00.Z"],
    ["an offset of 25 hours", "2026-12-01T09:00:00+25:00"],
    ["an offset of one digit", "2026-12-01T09:00:00+1"],
    ["a space in place of T", "2026-12-01 09:00:00Z"],
    ["whitespace around", " 2026-12-01T09:00:00Z "],
    ["seconds since 1970", "1796112000"],
    ["the words of an HTTP date", "Tue, 01 Dec 2026 09:00:00 GMT"],
    ["a year of two digits", "26-12-01T09:00:00Z"],
    ["nothing", ""],
  ])("refuses %s", (_, text) => {
    expect(readTime(text)).toBeNull();
  });

  test("has a pattern that validators of JSON Schema can compile", () => {
    expect("2026-12-01T09:00:00+01:00").toMatch(new RegExp(TIME_PATTERN, "u"));
  });
});

test.each([
  ["1900-01-01T00:00", true],
  ["2099-19-39T29:59:59.999+19:59", true],
  ["1899-01-01T00:00", false],
  ["2100-01-01T00:00", false],
  ["2026-20-01T00:00", false],
  ["2026-01-40T00:00", false],
  ["2026-01-01T30:00", false],
  ["2026-01-01T00:60", false],
  ["2026-01-01T00:00:60", false],
  ["2026-01-01T00:00:00.1234", false],
  ["2026-01-01T00:00+20", false],
  ["2026-01-01", false],
])("%s may be shown as a time: %p", (text, may) => {
  expect(looksLikeTime(text)).toBe(may);
});
