import { describe, expect, it } from "@jest/globals";
import type { CheckReport } from "@volley/producer";
import { describeCheck, describeTotal } from "./describe-check.ts";
import { timeInWords } from "./time-in-words.ts";

const REPORT: CheckReport = {
  isSendable: true,
  problems: [],
  recipients: {
    requested: 2,
    valid: 2,
    rejected: 0,
    duplicate: 0,
    groups: 0,
    rejectedAt: [],
    duplicateAt: [],
    suppressed: null,
    suppressedAt: [],
  },
  segments: {
    total: 3,
    recipients: { 1: 1, 2: 1 },
    encodings: { "gsm-7": 2, "ucs-2": 0 },
    unicode: null,
    longest: { encoding: "gsm-7", units: 161, segments: 2, characters: 161, index: 1 },
    overSegmentLimit: 0,
    overCharacterLimit: 0,
  },
  batches: 1,
  duration: null,
  price: null,
  dryRun: null,
  duplicates: null,
  warnings: [],
};

const NOW = new Date("2026-12-01T12:00:00Z");

function described(changes: Partial<CheckReport>): string[] {
  const lines = new Map(Array.from({ length: 1_000 }, (_, index) => [index, index + 2]));
  return describeCheck({ region: "eu", report: { ...REPORT, ...changes }, lines }, NOW).slice(1);
}

function unicode(character: string, codePoint: string): Partial<CheckReport> {
  const cause = { character, codePoint, source: "body", position: 3, index: 0, recipients: 2 } as const;
  return { segments: REPORT.segments && { ...REPORT.segments, unicode: cause } };
}

describe("what a person is told about a check", () => {
  it("is who got the same text a while ago", () => {
    const [since, latest] = ["2026-12-01T11:00:00Z", "2026-12-01T11:00:00Z"];
    const duplicates = { found: 1, total: 2, accepted: 1, since, latest };
    const lines = describeCheck({ region: "eu", report: { ...REPORT, duplicates }, lines: new Map([[1, 3]]) }, NOW);
    expect(lines).toContain(
      "  again      1 of 2 got this text an hour ago: volley send asks first (VOLLEY_DUPLICATES)",
    );
  });

  it("is all that is well", () => {
    expect(describeCheck({ region: null, report: REPORT, lines: new Map([[1, 3]]) }, NOW)).toEqual([
      "2 of 2 recipients can be texted",
      "  segments   3: 1 × 1 segment, 1 × 2 segments",
      "  encoding   2 GSM-7, 0 Unicode",
      "  longest    161 characters, 2 segments, line 3",
      "  batches    1",
    ]);
  });

  it("names the first 20 lines and counts the others", () => {
    const rejectedAt = Array.from({ length: 25 }, (_, index) => ({ index, reason: "invalid_msisdn" as const }));
    const missing = [{ index: 30, reason: "missing_parameter" as const }];
    const recipients = { ...REPORT.recipients, rejected: 1_001, rejectedAt: [...rejectedAt, ...missing] };
    expect(described({ recipients }).slice(0, 2)).toEqual([
      expect.stringMatching(/^ {2}rejected {3}1,000, no international number: lines 2, 3, .*, 21 and 980 more$/),
      "  rejected   1, no value for the text: line 32",
    ]);
  });

  it.each([
    [0.5, "1 s"],
    [59, "59 s"],
    [61, "1 min 1 s"],
    [3_599.5, "1 h 0 min"],
    [180_000, "50 h 0 min"],
  ])("says %d seconds as a person would", (seconds, words) => {
    const endsAt = "2026-12-01T12:00:00.000Z";
    const duration = { seconds, perSecond: 10, unit: "segments", endsAt } as const;
    expect(described({ duration })).toContain(
      `  duration   ${words} at 10 segments per second; done at about ${timeInWords(endsAt, NOW)}, behind what is queued`,
    );
  });

  it.each([
    [208_333.333, "208,333"],
    [0.5, "0.5"],
  ])("says a pace of %d without what nobody reads", (perSecond, words) => {
    const duration = { seconds: 2, perSecond, unit: "recipients", endsAt: null } as const;
    expect(described({ duration })).toContain(
      `  duration   2 s at ${words} recipients per second; once the region sends`,
    );
  });

  it.each([
    ["’", "U+2019", "’ (U+2019)"],
    ["\u200b", "U+200B", "U+200B"],
    ["\u202e", "U+202E", "U+202E"],
    ["\ud83d", "U+D83D", "U+D83D"],
  ])("shows what makes a text Unicode where it can be seen: %j", (character, codePoint, shown) => {
    expect(described(unicode(character, codePoint))).toContain(
      `  unicode    ${shown} in the body, character 4: 2 texts have room for 70 characters instead of 160`,
    );
  });

  it("says in which line an entry is wrong", () => {
    const problems = [{ field: "to[3].parameters.name", message: "expected at most 1,600 characters" }];
    expect(described({ problems })).toContain("  problem: line 5, parameters.name: expected at most 1,600 characters");
  });

  it("shows where the provider counts differently, and where it failed", () => {
    const ours = { recipients: 1_000, segments: 1_000 };
    const theirs = { recipients: 1_000, segments: 1_001 };
    const differences = [{ batch: 0, ours, theirs }];
    const failure = { batch: 1, message: "http_503: no" };
    const dryRun = { batches: 1, agrees: false, ours, theirs, differing: 1, differences, failure };
    expect(described({ dryRun }).slice(-4)).toEqual([
      "  batches    1",
      "  dry run    the provider counts 1,001 segments for 1,000 recipients in 1 batch, Volley 1,000 segments for 1,000 recipients",
      "             batch 1: the provider 1,001 segments for 1,000 recipients, Volley 1,000 segments for 1,000 recipients",
      "             failed at batch 2: http_503: no",
    ]);
  });

  it("adds regions up", () => {
    const priced = { ...REPORT, price: { perSegment: 0.1, total: 0.3 } };
    const checks = ["eu", "us"].map((region) => ({ region, report: priced, lines: new Map() }));
    expect(describeTotal(checks)).toBe("in all: 4 recipients, 6 segments, price 0.6");
  });
});
