import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { LIMITS } from "../values/send-limits.ts";
import { normaliseRecipient } from "./recipient.ts";
import { originalIndex, readRecipients } from "./read-recipients.ts";

const msisdn = fc.integer({ min: 1_000_000, max: 1_000_009 }).map(String);
const written = fc.tuple(fc.constantFrom("", "+", "00", " ", "(+"), msisdn).map((parts) => parts.join(""));

describe("readRecipients", () => {
  test("keeps everybody once, in the order of the first mention", () => {
    const to = ["46701234568", "+46 70 123 45 67", "46701234568", "0046701234567", "01HEAWCHESCXG8SDG5R10VF8E1"];
    expect(readRecipients(to)).toEqual({
      requested: 5,
      accepted: ["46701234568", "46701234567", "01HEAWCHESCXG8SDG5R10VF8E1"],
      duplicate: 2,
      rejected: 0,
      rejections: [],
      skipped: [2, 3],
    });
  });

  test("sets bad entries aside as the caller wrote them, with their places", () => {
    expect(readRecipients(["+1", "46701234567", " Ann ", "+1"])).toEqual({
      requested: 4,
      accepted: ["46701234567"],
      duplicate: 0,
      rejected: 3,
      rejections: [
        { index: 0, recipient: "+1" },
        { index: 2, recipient: " Ann " },
        { index: 3, recipient: "+1" },
      ],
      skipped: [0, 2, 3],
    });
  });

  test("reads nobody from an empty list", () => {
    expect(readRecipients([])).toEqual({
      requested: 0,
      accepted: [],
      duplicate: 0,
      rejected: 0,
      rejections: [],
      skipped: [],
    });
  });

  test.each([
    [LIMITS.rejectedInResult - 1, LIMITS.rejectedInResult - 1],
    [LIMITS.rejectedInResult, LIMITS.rejectedInResult],
    [LIMITS.rejectedInResult + 1, LIMITS.rejectedInResult],
  ])("counts %i bad entries and names %i", (rejected, named) => {
    const recipients = readRecipients(Array.from({ length: rejected }, () => "+1"));
    expect(recipients.rejected).toBe(rejected);
    expect(recipients.rejections).toHaveLength(named);
  });

  test("accounts for every entry, and leaves no duplicate", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(written, fc.string({ maxLength: 12 }))), (to) => {
        const { requested, accepted, rejected, duplicate, skipped } = readRecipients(to);
        expect(accepted.length + rejected + duplicate).toBe(requested);
        expect(requested).toBe(to.length);
        expect(new Set(accepted).size).toBe(accepted.length);
        expect(skipped).toHaveLength(rejected + duplicate);
        expect(readRecipients(accepted)).toEqual({
          requested: accepted.length,
          accepted,
          duplicate: 0,
          rejected: 0,
          rejections: [],
          skipped: [],
        });
      }),
    );
  });
});

describe("originalIndex", () => {
  test.each([
    [0, [], 0],
    [7, [], 7],
    [0, [0], 1],
    [0, [1], 0],
    [1, [1], 2],
    [0, [0, 1, 2], 3],
    [1, [0, 2, 3], 4],
    [2, [9], 2],
  ])("leads from position %i with the gaps %j to %i", (position, skipped, expected) => {
    expect(originalIndex(position, skipped)).toBe(expected);
  });

  test("leads every accepted recipient back to their first mention", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(written, fc.string({ maxLength: 12 }))), (to) => {
        const { accepted, skipped } = readRecipients(to);
        const firstMentions = accepted.map((recipient) =>
          to.findIndex((text) => normaliseRecipient(text) === recipient),
        );
        expect(accepted.map((_, position) => originalIndex(position, skipped))).toEqual(firstMentions);
      }),
    );
  });
});
