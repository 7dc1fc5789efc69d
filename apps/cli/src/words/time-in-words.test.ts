import { expect, it } from "@jest/globals";
import { timeInWords } from "./time-in-words.ts";

const NOW = new Date("2026-12-01T07:30:00Z");

it.each([
  ["2026-12-01T09:00:00.000Z", "Europe/Stockholm", "09:00 UTC (10:00 here)"],
  ["2026-12-01T09:00:00.000Z", "UTC", "09:00 UTC"],
  ["2026-12-01T23:30:00.000Z", "Europe/Stockholm", "23:30 UTC (2026-12-02 00:30 here)"],
  ["2026-12-24T00:00:00.000Z", "America/New_York", "2026-12-24 00:00 UTC (2026-12-23 19:00 here)"],
  ["soon", "UTC", "soon"],
])("%s in %s is %s", (time, zone, words) => {
  expect(timeInWords(time, NOW, zone)).toBe(words);
});
