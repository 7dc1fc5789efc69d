import { describe, expect, test } from "@jest/globals";
import { firstSegment, countSegments } from "./segments.ts";

describe("countSegments", () => {
  test.each([
    ["nothing", "", 1, "text"],
    ["160 septets", "x".repeat(160), 1, "text"],
    ["161 septets", "x".repeat(161), 2, "text"],
    ["306 septets", "x".repeat(306), 2, "text"],
    ["307 septets", "x".repeat(307), 3, "text"],
    ["80 euro signs", "€".repeat(80), 1, "text"],
    ["81 euro signs", "€".repeat(81), 2, "text"],
    ["an escape that would be cut at the end of a segment", `${"x".repeat(152)}€${"x".repeat(152)}`, 3, "text"],
    ["every special letter of the alphabet", "ÄÖÑÜ§¿äöñüàÇØÅΔΦΓΛΩΠΨΣΘΞÆßÉ[]{}|~^\\\f", 1, "text"],
    ["a small c with cedilla", "ç", 1, "unicode"],
    ["a curly quote", "“", 1, "unicode"],
    ["70 units", "ж".repeat(70), 1, "unicode"],
    ["71 units", "ж".repeat(71), 2, "unicode"],
    ["35 emoji", "😀".repeat(35), 1, "unicode"],
    ["36 emoji", "😀".repeat(36), 2, "unicode"],
    ["67 emoji, of which none is cut in two", "😀".repeat(67), 3, "unicode"],
    ["the longest text", "x".repeat(2_000), 14, "text"],
    ["the longest text in UCS-2", "ж".repeat(2_000), 30, "unicode"],
  ] as const)("counts %s", (_name, text, segments, encoding) => {
    expect(countSegments(text)).toEqual({ segments, encoding });
  });
});

describe("firstSegment", () => {
  test.each([
    ["x".repeat(161), "x".repeat(160)],
    [`${"x".repeat(159)}€`, "x".repeat(159)],
    [`ж${"x".repeat(70)}`, `ж${"x".repeat(69)}`],
    ["short", "short"],
  ])("keeps what fits", (text, kept) => {
    expect(firstSegment(text)).toBe(kept);
  });
});
