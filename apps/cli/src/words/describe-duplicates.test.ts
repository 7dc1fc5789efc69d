import { describe, expect, it } from "@jest/globals";
import type { DuplicatesFound } from "@volley/producer";
import { askAboutDuplicates, describeDuplicates } from "./describe-duplicates.ts";

const NOW = new Date("2026-12-01T12:00:00Z");

const AN_HOUR_AGO = "2026-12-01T11:00:00.000Z";

const FOUND: DuplicatesFound = {
  found: 4_998,
  total: 5_000,
  accepted: 4_998,
  since: AN_HOUR_AGO,
  latest: AN_HOUR_AGO,
};

describe("a question about people who got the same text", () => {
  it.each<[Partial<DuplicatesFound>, string]>([
    [{}, "4,998 of these 5,000 got this text an hour ago: --again sends to all, --only-new to the other 2"],
    [
      { found: 1, total: 2, accepted: 0 },
      "1 of these 2 was enqueued for this text an hour ago: --again sends to all, --only-new to the other one",
    ],
    [
      { found: 5_000, accepted: 5_000 },
      "all of these 5,000 got this text an hour ago: --again sends to all of them once more",
    ],
  ])("says how many they are, when that was, and what may be done: %j", (changes, sentence) => {
    expect(askAboutDuplicates({ ...FOUND, ...changes }, NOW)).toBe(`${sentence} (VOLLEY_DUPLICATES)`);
  });

  it.each<[Partial<DuplicatesFound>, string]>([
    [{ accepted: 4_000 }, "got this text or were enqueued for it an hour ago"],
    [{ accepted: 0 }, "were enqueued for this text an hour ago"],
    [{ since: "2026-11-30T16:00:00.000Z" }, "got this text between 20 hours and an hour ago"],
    [{ since: "2026-12-01T11:59:50.000Z", latest: "2026-12-01T11:59:55.000Z" }, "got this text a moment ago"],
    [{ accepted: 0, latest: "2026-12-03T12:00:00.000Z" }, "were enqueued for this text, due in 2 days"],
  ])("says no more than is true: %j", (changes, sentence) => {
    expect(describeDuplicates({ ...FOUND, ...changes }, NOW)).toBe(sentence);
  });
});
