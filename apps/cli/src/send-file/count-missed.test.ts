import { describe, expect, it } from "@jest/globals";
import { noRecipients, type RecipientCounts, type SendResult } from "@volley/contract";
import { countMissed } from "./count-missed.ts";
import type { SentFile } from "./send-file.ts";

const NOTHING = { parts: null, until: null, eta: null, delivery: null, failure: null, last: null };

function sent(valid: number, counts: Partial<RecipientCounts> | null): SentFile {
  const result: SendResult | null = counts && {
    state: "partial",
    region: "us",
    recipients: { ...noRecipients(valid), ...counts },
    batches: [],
    rejected: [],
    errors: [],
  };
  const state = result ? "settled" : "failed";
  return {
    valid,
    status: { ...NOTHING, id: "us-a", region: "us", state, result },
  };
}

describe("countMissed", () => {
  it.each([
    ["everybody was accepted", [sent(3, { accepted: 3 })], 0],
    ["lines without a number and duplicates were left out", [sent(3, { accepted: 3, rejected: 2, duplicate: 1 })], 0],
    ["somebody has opted out", [sent(3, { accepted: 2, suppressed: 1 })], 0],
    ["the provider rejected one", [sent(3, { accepted: 2, rejected: 1 })], 1],
    ["the time was over", [sent(3, { expired: 3 })], 3],
    ["nobody knows", [sent(3, { accepted: 1, unknown: 2 })], 2],
    ["one of two sends failed", [sent(3, { accepted: 3 }), sent(4, null)], 4],
    ["nobody waited", [], 0],
  ])("when %s", (_what, files, missed) => {
    expect(countMissed(files)).toBe(missed);
  });
});
