import { describe, expect, test } from "@jest/globals";
import type { Batch, BatchContent } from "./batch.ts";
import { isListed, readListFilter } from "./list-filter.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 60 * 60 * 1_000;

type Changes = Partial<Pick<Batch, "acceptedAtMs" | "listedAtMs"> & BatchContent>;

function batch({ acceptedAtMs = NOW_MS - HOUR_MS, listedAtMs = acceptedAtMs, ...content }: Changes): Batch {
  return {
    id: "01HEAWCHESCXG8SDG5R10VF8E1",
    plan: "plan",
    acceptedAtMs,
    listedAtMs,
    content: {
      request: { isPacked: false, raw: "{}", isVerbatim: true },
      from: "+12015550123",
      clientReference: "spring~1",
      sendAtMs: undefined,
      expireAtMs: NOW_MS,
      dueAtMs: acceptedAtMs,
      dispatchAtMs: acceptedAtMs,
      reportType: "none",
      callbackUrl: undefined,
      isMedia: false,
      ...content,
    },
    modifiedAtMs: acceptedAtMs,
    canceled: false,
    isWithdrawn: false,
    groups: [],
    members: undefined,
    forced: [],
    feedback: undefined,
  };
}

function lists(query: string, changes: Changes = {}): boolean {
  const filter = readListFilter(new URLSearchParams(query), NOW_MS);
  if ("code" in filter) throw new Error(filter.text);
  return isListed(batch(changes), filter, NOW_MS);
}

describe("isListed", () => {
  test.each<[string, string, number, boolean]>([
    ["24 hours by default", "", 24 * HOUR_MS, true],
    ["not more", "", 24 * HOUR_MS + 1, false],
    ["14 days at most", "start_date=2020-01-01", 14 * 24 * HOUR_MS, true],
    ["not more than 14 days", "start_date=2020-01-01", 14 * 24 * HOUR_MS + 1, false],
    ["from start_date on", "start_date=2026-11-23T11:00:00Z", HOUR_MS, true],
    ["nothing before start_date", "start_date=2026-11-23T11:00:00Z", HOUR_MS + 1, false],
    ["nothing at end_date", "end_date=2026-11-23T11:00:00", HOUR_MS, false],
    ["what is before end_date", "end_date=2026-11-23T11:00:00", HOUR_MS + 1, true],
    ["by any offset", "start_date=2026-11-23T12:00:00%2B01:00", HOUR_MS, true],
  ])("looks back: %s", (_name, query, ageMs, expected) => {
    expect(lists(query, { acceptedAtMs: NOW_MS - ageMs })).toBe(expected);
  });

  test.each([
    ["client_reference=spring~1", true],
    ["client_reference=spring", false],
    ["client_reference=SPRING~1", false],
    ["from=12015550123", true],
    ["from=12345,%2B12015550123", true],
    ["from=12345", false],
  ])("filters by %s", (query, expected) => {
    expect(lists(query)).toBe(expected);
  });

  test("does not show a batch before its time", () => {
    expect(lists("", { listedAtMs: NOW_MS + 1 })).toBe(false);
    expect(lists("", { listedAtMs: NOW_MS })).toBe(true);
  });
});

describe("readListFilter", () => {
  test("has 30 entries on a page, and takes 1 to 100", () => {
    expect(readListFilter(new URLSearchParams(""), NOW_MS)).toMatchObject({ page: 0, pageSize: 30 });
    expect(readListFilter(new URLSearchParams("page=2&page_size=1"), NOW_MS)).toMatchObject({ page: 2, pageSize: 1 });
    expect(readListFilter(new URLSearchParams("page_size=100"), NOW_MS)).toMatchObject({ pageSize: 100 });
  });

  test.each([
    ["page_size=0", "syntax_constraint_violation"],
    ["page_size=101", "syntax_constraint_violation"],
    ["page=-1", "syntax_constraint_violation"],
    ["page=first", "syntax_invalid_parameter_format"],
    ["start_date=yesterday", "syntax_invalid_parameter_format"],
    ["end_date=2026-13-01", "syntax_invalid_parameter_format"],
  ])("refuses %s", (query, code) => {
    expect(readListFilter(new URLSearchParams(query), NOW_MS)).toMatchObject({ status: 400, code });
  });
});
