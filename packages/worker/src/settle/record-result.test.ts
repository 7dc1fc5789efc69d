import { describe, expect, it } from "@jest/globals";
import { noRecipients, type RecipientCounts, type SendResult } from "@volley/contract";
import { inWords } from "./record-result.ts";

describe("inWords", () => {
  it.each<{ counts: Partial<RecipientCounts>; words: string }>([
    { counts: {}, words: "nobody" },
    { counts: { accepted: 2 }, words: "2 accepted" },
    { counts: { rejected: 1, accepted: 2 }, words: "2 accepted, 1 rejected" },
    {
      counts: { accepted: 1, rejected: 2, duplicate: 3, suppressed: 4, expired: 5, canceled: 6, unknown: 7 },
      words: "1 accepted, 2 rejected, 3 duplicate, 4 suppressed, 5 expired, 6 canceled, 7 unknown",
    },
  ])("says $words", ({ counts, words }) => {
    expect(inWords(resultWith(counts))).toBe(words);
  });
});

function resultWith(counts: Partial<RecipientCounts>): SendResult {
  return {
    state: "accepted",
    region: "eu",
    recipients: { ...noRecipients(28), ...counts },
    batches: [],
    rejected: [],
    errors: [],
  };
}
