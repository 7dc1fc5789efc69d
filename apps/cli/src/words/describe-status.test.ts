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
  delivery: null,
  failure: null,
  eta: null,
  last: null,
};

const NOW = new Date("2026-12-01T08:00:00Z");

const RESULT: SendResult = {
  state: "accepted",
  region: "eu",
  recipients: { ...noRecipients(1_502), accepted: 1_500, duplicate: 2 },
  batches: [
    { id: "01HE0000000000000000000000", part: 0, recipients: 1_000, accepted_at: "2026-12-01", adopted: false },
    { id: "01HE0000000000000000000001", part: 1, recipients: 500, accepted_at: "2026-12-01", adopted: true },
  ],
  rejected: [],
  errors: [],
};

describe("describeStatus", () => {
  it("tells where a send is", () => {
    expect(describeStatus(QUEUED, { now: NOW })).toEqual(["eu-5xk2m9q0c3v7b1n8d4fa: queued in eu"]);
    const labeled = describeStatus({ ...QUEUED, label: "spring sale" }, { now: NOW });
    expect(labeled).toEqual(["eu-5xk2m9q0c3v7b1n8d4fa: queued in eu", "  label: spring sale"]);
  });

  it("tells for when it is scheduled, and only then", () => {
    const until = "2026-12-01T08:59:00.000Z";
    const sendAt = "2026-12-01T09:00:00.000Z";
    const [, line] = describeStatus({ ...QUEUED, state: "scheduled", until, sendAt }, { now: NOW });
    expect(line).toMatch(/^ {2}scheduled for 09:00 UTC/);
    const [, held] = describeStatus({ ...QUEUED, state: "scheduled", until }, { now: NOW });
    expect(held).toMatch(/^ {2}scheduled for 08:59 UTC/);
    expect(describeStatus({ ...QUEUED, until }, { now: NOW })).toHaveLength(1);
  });

  it("tells that a cancellation waits, and since when, also of a send that has ended", () => {
    const cancelAskedAt = "2026-12-01T07:59:00.000Z";
    const line = expect.stringMatching(/^ {2}cancellation asked for at 07:59 UTC.*: nothing more of it goes to the/);
    expect(describeStatus({ ...QUEUED, cancelAskedAt }, { now: NOW })).toContainEqual(line);
    const settled = { ...QUEUED, state: "settled", result: RESULT, cancelAskedAt } as const;
    expect(describeStatus(settled, { now: NOW })).toContainEqual(line);
  });

  it("tells why regions do not send, since when, and how or when they go on", () => {
    const since = "2026-12-01T07:00:00.000Z";
    const holds = [
      { region: "eu", state: "paused", reason: "somebody has paused it", since: null, nextProbe: null },
      { region: "us", state: "suspended", reason: "its set-up", since, nextProbe: "2026-12-01T08:01:00.000Z" },
      { region: "gb", state: "suspended", reason: "the suppression list", since, nextProbe: since },
      { region: "au", state: "held", reason: "http_503", since, nextProbe: null },
    ] as const;
    expect(describeStatus({ ...QUEUED, holds }, { now: NOW }).slice(1)).toEqual([
      "  eu is paused: volley region resume eu",
      expect.stringMatching(
        /^ {2}us is suspended since 07:00 UTC.*: its set-up; the provider is asked again at 08:01 UTC/,
      ),
      expect.stringMatching(/^ {2}gb is suspended since .*: the suppression list; it is read again at 07:00 UTC/),
      expect.stringMatching(/^ {2}au backs off since 07:00 UTC.*: http_503$/),
    ]);
  });

  it("tells how many parts are done, and how the last try ended", () => {
    const last = { outcome: "unavailable", code: "http_503", at: "2026-12-01T09:00:00.000Z" };
    expect(
      describeStatus({ ...QUEUED, state: "sending", parts: { total: 1_000, done: 3 }, last }, { now: NOW }),
    ).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: sending in eu",
      "  3 of 1,000 parts done",
      "  last: unavailable (http_503) at 2026-12-01T09:00:00.000Z",
    ]);
  });

  it("fits a screen, however many batches, reasons and errors there are", () => {
    const [batch] = RESULT.batches;
    const result: SendResult = {
      ...RESULT,
      state: "partial",
      batches: Array.from({ length: 1_000 }, (_, part) => ({
        ...batch,
        part,
        adopted: part < 3,
      })) as typeof RESULT.batches,
      rejected: Array.from({ length: 40 }, (_, index) => {
        return { recipient: "1", reason: `reason ${"abcdefgh"[index % 8] ?? ""}`, by: "provider" as const };
      }),
      errors: [
        ...Array.from({ length: 900 }, (_, part) => ({ part, code: "expired", text: "too late", recipients: 1_000 })),
        { part: 950, code: "canceled", text: "stopped", recipients: 7 },
      ],
      omitted: { batches: 9_000, errors: 12 },
    };
    const settled: SendStatus = { ...QUEUED, state: "settled", result };
    const shown = describeStatus(settled, { now: NOW });
    expect(shown.length).toBeLessThan(20);
    expect(shown).toContain(
      "  10,000 batches (3 found of the first 1,000): volley export eu-5xk2m9q0c3v7b1n8d4fa has their IDs",
    );
    expect(shown).toContain("  5 recipients rejected: reason a, said provider");
    expect(shown).toContain("  and 3 more reasons");
    expect(shown).toContain("  900 parts, 900,000 recipients: expired: too late");
    expect(shown).toContain("  part 950, 7 recipients: canceled: stopped");
    expect(shown).toContain("  and 12 more errors");
    const all = describeStatus(settled, { now: NOW, areBatchesShown: true });
    expect(all.filter((line) => line.startsWith("  batch "))).toHaveLength(1_000);
    expect(all).toContain("  and 9,000 more batches: volley export eu-5xk2m9q0c3v7b1n8d4fa");
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
    const shown = describeStatus({ ...QUEUED, region: "auto", state: "settled", result }, { now: NOW });
    expect(shown).toContain("  batch 01HE0000000000000000000000 1,000 recipients in us");
    expect(shown).toContain("  part 0 in eu, 1 recipient: expired: too late");
  });

  it("tells why it failed", () => {
    expect(
      describeStatus({ ...QUEUED, state: "failed", failure: "send refused, 1 problem: v: expected 1" }, { now: NOW }),
    ).toEqual(["eu-5xk2m9q0c3v7b1n8d4fa: failed in eu", "  send refused, 1 problem: v: expected 1"]);
  });

  it("shows the counts that are not zero and every batch", () => {
    expect(
      describeStatus({ ...QUEUED, state: "settled", parts: { total: 2, done: 2 }, result: RESULT }, { now: NOW }),
    ).toEqual([
      "eu-5xk2m9q0c3v7b1n8d4fa: accepted in eu",
      "  1,502 requested = 1,500 accepted + 2 duplicate",
      "  batch 01HE0000000000000000000000 1,000 recipients",
      "  batch 01HE0000000000000000000001 500 recipients (found)",
    ]);
  });

  it("marks a batch that was canceled at the provider", () => {
    const batches = RESULT.batches.map((batch) => ({ ...batch, canceled: true }));
    const result = { ...RESULT, state: "canceled" as const, batches };
    expect(describeStatus({ ...QUEUED, state: "settled", result }, { now: NOW }).slice(2)).toEqual([
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
    expect(
      describeStatus({ ...QUEUED, state: "settled", result: { ...RESULT, batches } }, { now: NOW }).slice(2),
    ).toEqual([
      "  batch 01HE0000000000000000000000 1,000 recipients (canceled, too late for 200, 3 unknown)",
      "  batch 01HE0000000000000000000001 500 recipients (found) (500 unknown)",
    ]);
  });

  it("counts rejected recipients by reason, and shows nobody's number", () => {
    const rejected = [
      { recipient: "070", reason: "invalid_msisdn", by: "volley" as const },
      { recipient: "071", reason: "invalid_msisdn", by: "volley" as const },
      { recipient: "46701234567", reason: "+46 70 123 45 67 is blocked", by: "provider" as const },
      { recipient: "46701234569", reason: "opted_out", by: "volley" as const },
      { recipient: "forgotten-1", reason: "forgotten", by: "volley" as const },
    ];
    const errors = [
      { part: 1, code: "syntax_constraint_violation", text: "46701234567, 46701234568: not here", recipients: 1 },
    ];
    const result: SendResult = {
      ...RESULT,
      state: "partial",
      recipients: { ...noRecipients(4), rejected: 4 },
      batches: [],
      rejected,
      errors,
    };
    expect(describeStatus({ ...QUEUED, state: "settled", result }, { now: NOW }).slice(2)).toEqual([
      "  2 recipients rejected: invalid_msisdn, said volley",
      "  1 recipient rejected: (number) is blocked, said provider",
      "  1 recipient suppressed: opted_out",
      "  1 recipient suppressed: forgotten",
      "  part 1, 1 recipient: syntax_constraint_violation: (number), (number): not here",
    ]);
  });
});
