import { describe, expect, test } from "@jest/globals";
import { formatInstant, parseInstant } from "./instant.ts";

describe("parseInstant", () => {
  test.each([
    ["2026-12-01T09:00:00+01:00", "2026-12-01T08:00:00.000Z"],
    ["2026-12-01T09:00:00.123456Z", "2026-12-01T09:00:00.123Z"],
    ["2026-12-01T09:00", "2026-12-01T09:00:00.000Z"],
    ["2026-12-01 09:00:00-0330", "2026-12-01T12:30:00.000Z"],
    ["2026-12-01T09:00:00+02", "2026-12-01T07:00:00.000Z"],
    ["2026-12-01", "2026-12-01T00:00:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(formatInstant(parseInstant(text))).toBe(expected);
  });

  test.each(["", "now", "2026-13-01", "2026-12-01T25:00:00Z", "01/12/2026", "2026-12-01T09:00:00 01:00"])(
    "refuses '%s'",
    (text) => {
      expect(parseInstant(text)).toBeNaN();
    },
  );
});
