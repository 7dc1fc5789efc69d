import { describe, expect, it } from "@jest/globals";
import { noRecipients, type SendResult } from "@volley/contract";
import type { SendStatus } from "@volley/producer";
import { describeStatus } from "./describe-status.ts";

const QUEUED: SendStatus = {
  id: "eu-5xk2m9q0c3v7b1n8d4fa",
  region: "eu",
  state: "queued",
  parts: null,
  until: null,
  result: null,
  failure: null,
  eta: null,
  last: null,
};

const RESULT: SendResult = {
  state: "accepted",
  region: "eu",
  recipients: { ...noRecipients(1_502), accepted: 1_500, duplicate: 2 },
  batches: [
    { id: "01HE0000000000000000000000", part: 0, recipients: 1_000, accepted_at: "2026-12-01", adopted: false },
    { id: "01HE0000000000000000000001", part: 1, recipients: 500, accepted_at: "2026-12-01", adopted: true },
  ],
  refused: [],
  errors: [],
};

describe("describeStatus", () => {
  it("tells where a send is", () => {
    expect(describeStatus(QUEUED)).toEqual(["eu-5xk2m9q0c3v7b1n8d4fa: queued in eu"]);
  });

  it("tells until when it is scheduled, and only then", () => {
    const until = "2026-12-01T09:00:00.000Z";
    expect(describeStatus({ ...QUEUED, state: "scheduled", until })).toContain(`  until ${until}`);
    expect(describeStatus({ ...QUEUED, until })).toHaveLength(1);
  });

  it("tells that the region is paused, and how it goes on", () => {
    expect(describeStatus(QUEUED, { isPaused: true })).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: queued in eu",
      "  the region is paused: volley region resume eu",
    ]);
  });

  it("tells how many parts are done, and how the last try ended", () => {
    const last = { outcome: "unavailable", code: "http_503", at: "2026-12-01T09:00:00.000Z" };
    expect(describeStatus({ ...QUEUED, state: "sending", parts: { total: 1_000, done: 3 }, last })).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: sending in eu",
      "  3 of 1,000 parts done",
      "  last: unavailable (http_503) at 2026-12-01T09:00:00.000Z",
    ]);
  });

  it("says how much more there is than it shows", () => {
    const result = { ...RESULT, omitted: { batches: 9_000, errors: 12 } };
    const shown = describeStatus({ ...QUEUED, state: "settled", result });
    expect(shown.slice(-2)).toEqual([
      "  and 9,000 more batches: volley export eu-5xk2m9q0c3v7b1n8d4fa",
      "  and 12 more errors",
    ]);
  });

  it("says where batches and errors are of a send that went to several regions", () => {
    const [batch] = RESULT.batches;
    const result: SendResult = {
      ...RESULT,
      state: "partial",
      region: "auto",
      batches: batch ? [{ ...batch, region: "us" }] : [],
      errors: [{ part: 0, region: "eu", code: "expired", text: "too late", recipients: 1 }],
    };
    const shown = describeStatus({ ...QUEUED, region: "auto", state: "settled", result });
    expect(shown).toContain("  batch 01HE0000000000000000000000 1,000 recipients in us");
    expect(shown).toContain("  part 0 in eu, 1 recipient: expired: too late");
  });

  it("tells why it failed", () => {
    expect(describeStatus({ ...QUEUED, state: "failed", failure: "send refused, 1 problem: v: expected 1" })).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: failed in eu",
      "  send refused, 1 problem: v: expected 1",
    ]);
  });

  it("shows the counts that are not zero and every batch", () => {
    expect(describeStatus({ ...QUEUED, state: "settled", parts: { total: 2, done: 2 }, result: RESULT })).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: accepted in eu",
      "  1,502 requested = 1,500 accepted + 2 duplicate",
      "  batch 01HE0000000000000000000000 1,000 recipients",
      "  batch 01HE0000000000000000000001 500 recipients (found)",
    ]);
  });

  it("marks a batch that was canceled at the provider", () => {
    const batches = RESULT.batches.map((batch) => ({ ...batch, canceled: true }));
    const result = { ...RESULT, state: "canceled" as const, batches };
    expect(describeStatus({ ...QUEUED, state: "settled", result }).slice(2)).toEqual([
      "  batch 01HE0000000000000000000000 1,000 recipients (canceled)",
      "  batch 01HE0000000000000000000001 500 recipients (found) (canceled)",
    ]);
  });

  it("says for whom the cancellation of a batch came too late, and of whom nobody knows", () => {
    const [first, second] = RESULT.batches;
    const batches = [
      { ...first, canceled: true, too_late: 200, unknown: 3 },
      { ...second, unknown: 500 },
    ] as typeof RESULT.batches;
    expect(describeStatus({ ...QUEUED, state: "settled", result: { ...RESULT, batches } }).slice(2)).toEqual([
      "  batch 01HE0000000000000000000000 1,000 recipients (canceled, too late for 200, 3 unknown)",
      "  batch 01HE0000000000000000000001 500 recipients (found) (500 unknown)",
    ]);
  });

  it("counts refused recipients by reason, and shows nobody's number", () => {
    const refused = [
      { recipient: "070", reason: "invalid_msisdn", by: "volley" as const },
      { recipient: "071", reason: "invalid_msisdn", by: "volley" as const },
      { recipient: "46701234567", reason: "+46 70 123 45 67 is blocked", by: "provider" as const },
    ];
    const errors = [
      { part: 1, code: "syntax_constraint_violation", text: "46701234567, 46701234568: not here", recipients: 1 },
    ];
    const result: SendResult = {
      ...RESULT,
      state: "partial",
      recipients: { ...noRecipients(4), rejected: 4 },
      batches: [],
      refused,
      errors,
    };
    expect(describeStatus({ ...QUEUED, state: "settled", result }).slice(2)).toEqual([
      "  2 recipients refused: invalid_msisdn, said volley",
      "  1 recipient refused: (number) is blocked, said provider",
      "  part 1, 1 recipient: syntax_constraint_violation: (number), (number): not here",
    ]);
  });
});
