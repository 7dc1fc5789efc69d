import { expect, test } from "@jest/globals";
import { noRecipients, type RecipientCounts, type SendResult } from "@volley/contract";
import { stateOfResult } from "./state-of-result.ts";

const BATCH = { id: "01FC66621XXXXX119Z8PMV1QPQ", part: 0, accepted_at: "2026-11-23T12:00:00Z", adopted: false };

test.each([
  ["accepted", "everybody was accepted", { accepted: 5 }, 5, 0],
  ["accepted", "those who were not were rejected or named twice", { accepted: 3, rejected: 1, duplicate: 1 }, 3, 0],
  ["partial", "a batch of two was taken back", { accepted: 3, canceled: 2 }, 5, 0],
  ["partial", "the provider rejected somebody", { accepted: 3, rejected: 2 }, 3, 2],
  ["canceled", "every batch was taken back", { canceled: 5 }, 5, 0],
  ["canceled", "every batch was taken back and somebody was rejected", { canceled: 4, rejected: 1 }, 4, 0],
  ["rejected", "the provider rejected those whom no batch had that was taken back", { canceled: 3, rejected: 2 }, 3, 2],
  ["unknown", "nobody knows about those whom no batch had that was taken back", { canceled: 3, unknown: 2 }, 3, 2],
  ["expired", "somebody was rejected and the others came too late", { expired: 4, rejected: 1 }, 0, 4],
] as const)("is %s when %s", (state, _, counts, inBatches, inErrors) => {
  expect(stateOfResult(resultOf(counts, inBatches, inErrors))).toBe(state);
});

function resultOf(counts: Partial<RecipientCounts>, inBatches: number, inErrors: number): Omit<SendResult, "state"> {
  return {
    region: "eu",
    recipients: { ...noRecipients(5), ...counts },
    batches: [{ ...BATCH, recipients: inBatches }],
    rejected: [],
    errors: [{ part: 0, code: "some", text: "some", recipients: inErrors }],
  };
}
