import { expect, it } from "@jest/globals";
import { type AcceptedBatch, noRecipients, type SendResult, sendResultSchema } from "@volley/contract";
import { withBatches, withEnd, withoutPeople } from "./batch-end.ts";

const BATCH: AcceptedBatch = {
  id: "01FC66621XXXXX119Z8PMV1QPQ",
  part: 0,
  recipients: 4,
  accepted_at: "2026-11-23T12:00:00Z",
  adopted: false,
};

/** What may be said of a batch of four, in any order: a cancellation may have read it before somebody was taken out. */
const STEPS: readonly ((batch: AcceptedBatch) => AcceptedBatch)[] = [
  ...[1, 2, 4].map((out) => (batch: AcceptedBatch) => withoutPeople(batch, Math.max(out, batch.suppressed ?? 0))),
  ...[
    { isCanceled: false, tooLate: 0, unknown: 4 },
    { isCanceled: false, tooLate: 0, unknown: 0 },
    { isCanceled: true, tooLate: 0, unknown: 0 },
    { isCanceled: true, tooLate: 0, unknown: 4 },
    { isCanceled: true, tooLate: 3, unknown: 1 },
    { isCanceled: true, tooLate: 2, unknown: 1 },
    { isCanceled: true, tooLate: 4, unknown: 0 },
  ].map((end) => (batch: AcceptedBatch) => withEnd(batch, end)),
];

/** The result of a send of one batch. */
function resultWith(batch: AcceptedBatch): SendResult {
  const recipients = { ...noRecipients(4), accepted: 4 };
  const sent: SendResult = { state: "accepted", region: "eu", recipients, batches: [BATCH], rejected: [], errors: [] };
  return withBatches(sent, [batch]);
}

/** All batches that so many steps lead to. */
function reachable(steps: number): AcceptedBatch[] {
  if (steps === 0) return [BATCH];
  return reachable(steps - 1).flatMap((batch) => [batch, ...STEPS.map((step) => step(batch))]);
}

it("counts everybody once, whatever becomes of a batch in whatever order", () => {
  const broken = reachable(3)
    .map((batch) => resultWith(batch))
    .filter((result) => {
      const { requested, ...counts } = result.recipients;
      const sum = Object.values(counts).reduce((all, count) => all + count, 0);
      return !sendResultSchema.safeParse(result).success || sum !== requested;
    });
  expect(broken).toEqual([]);
});

it("knows of whoever was taken out: they are not among those of whom nobody knows", () => {
  const nobodyKnows = withEnd(BATCH, { isCanceled: false, tooLate: 0, unknown: 4 });
  expect(resultWith(withoutPeople(nobodyKnows, 1)).recipients).toMatchObject({
    unknown: 3,
    suppressed: 1,
    accepted: 0,
  });
  const late = withEnd(BATCH, { isCanceled: true, tooLate: 3, unknown: 1 });
  expect(resultWith(withoutPeople(late, 1)).recipients).toMatchObject({ accepted: 3, suppressed: 1, canceled: 0 });
});
