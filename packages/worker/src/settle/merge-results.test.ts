import { describe, expect, it } from "@jest/globals";
import {
  LIMITS,
  noRecipients,
  type PlannedSend,
  sendResultSchema,
  type SendResult,
  type SendState,
} from "@volley/contract";
import fc from "fast-check";
import { completePage, type Merged, mergePage, NO_PARTS, placed, remerged, resultOfMerged } from "./merge-results.ts";
import type { PartResults } from "./part-results.ts";
import { pagesOf } from "../terms/parts-page.ts";
import { closeAll, closeLot, type Lot, openLedger } from "../ledger/ledger.ts";
import { resultOfLedger } from "../ledger/result-of-ledger.ts";
import { partCount, partSize } from "../plan/split-send.ts";

type EndingKind = "accepted" | "rejected" | "expired" | "canceled" | "unknown";
type Planned = PlannedSend["planned"];

describe("the state of a send", () => {
  it.each<{ parts: SendState[]; state: SendState }>([
    { parts: ["accepted", "accepted"], state: "accepted" },
    { parts: ["accepted", "rejected"], state: "partial" },
    { parts: ["expired", "accepted"], state: "partial" },
    { parts: ["accepted", "unknown"], state: "partial" },
    { parts: ["partial", "partial"], state: "partial" },
    { parts: ["partial", "rejected"], state: "partial" },
    { parts: ["rejected", "rejected"], state: "rejected" },
    { parts: ["expired", "expired"], state: "expired" },
    { parts: ["canceled", "canceled"], state: "canceled" },
    { parts: ["expired", "canceled"], state: "canceled" },
    { parts: ["canceled", "rejected"], state: "rejected" },
    { parts: ["rejected", "unknown"], state: "unknown" },
  ])("whose parts are $parts is $state", ({ parts, state }) => {
    const ended = new Map(parts.map((kind, part) => [part, { ...resultOf(1_000, part, "accepted"), state: kind }]));
    expect(mergeResults("eu", planned(parts.length * 1_000), { ended, failed: new Map() }).state).toBe(state);
  });
});

describe("a merged result", () => {
  it("adds who was rejected in planning to what the parts came to", () => {
    const ended = new Map([
      [0, resultOf(1_000, 0, "accepted")],
      [1, resultOf(500, 1, "rejected")],
    ]);
    const set = planned(1_500, { duplicate: 3, rejected: 2, rejections: [{ index: 7, recipient: "+1" }] });
    expect(mergeResults("eu", set, { ended, failed: new Map() })).toEqual({
      state: "partial",
      region: "eu",
      recipients: { ...noRecipients(1_505), accepted: 1_000, rejected: 502, duplicate: 3 },
      batches: [{ id: "batch-0", part: 0, recipients: 1_000, accepted_at: "2026-12-01T12:00:00Z", adopted: false }],
      rejected: [{ recipient: "+1", index: 7, reason: "invalid_msisdn", by: "volley" }],
      errors: [{ part: 1, code: "rejected", text: "why", recipients: 500, state: "rejected" }],
    });
  });

  it.each([0, 299, 301])(
    "takes a part of %i recipients, of which 300 were planned, for one that nobody knows of",
    (size) => {
      const ended = new Map([
        [0, resultOf(1_000, 0, "accepted")],
        [1, resultOf(size, 1, "accepted")],
      ]);
      expect(mergeResults("eu", planned(1_300), { ended, failed: new Map() })).toMatchObject({
        state: "partial",
        recipients: { ...noRecipients(1_300), accepted: 1_000, unknown: 300 },
        errors: [{ part: 1, code: "part_failed", recipients: 300 }],
      });
    },
  );

  it("counts the recipients of a failed part as unknown and says why", () => {
    const parts = { ended: new Map([[0, resultOf(1_000, 0, "accepted")]]), failed: new Map([[1, "job stalled"]]) };
    const result = mergeResults("eu", planned(1_300), parts);
    expect(result.recipients).toEqual({ ...noRecipients(1_300), accepted: 1_000, unknown: 300 });
    expect(result.errors).toEqual([
      { part: 1, code: "part_failed", text: "job stalled", recipients: 300, state: "unknown" },
    ]);
  });

  it("counts the recipients of a part without any trace as unknown", () => {
    const result = mergeResults("eu", planned(1_300), { ended: new Map(), failed: new Map() });
    expect(result.state).toBe("unknown");
    expect(result.recipients).toEqual({ ...noRecipients(1_300), unknown: 1_300 });
    expect(result.errors.map(({ text }) => text)).toEqual(["the part's job is gone", "the part's job is gone"]);
  });

  it("names the first 1,000 batches and errors, and says how many it does not name", () => {
    const parts = 2_500;
    const ended = new Map(Array.from({ length: parts }, (_, part) => [part, halfAccepted(part)]));
    const result = mergeResults("eu", planned(parts * 1_000), { ended, failed: new Map() });
    expect(result.batches.map(({ part }) => part)).toEqual(Array.from({ length: 1_000 }, (_, at) => 2 * at));
    expect(result.errors.map(({ part }) => part)).toEqual(Array.from({ length: 1_000 }, (_, at) => 2 * at + 1));
    expect(result.omitted).toEqual({ batches: 250, errors: 250 });
    expect(result.recipients).toMatchObject({ accepted: 1_250_000, rejected: 1_250_000 });
  });

  it("orders batches and errors by part", () => {
    const ended = new Map([2, 0, 1].map((part) => [part, resultOf(1_000, part, "accepted")]));
    const { batches } = mergeResults("eu", planned(3_000), { ended, failed: new Map() });
    expect(batches.map(({ part }) => part)).toEqual([0, 1, 2]);
  });

  it.each([
    { byVolley: LIMITS.rejectedInResult - 1, named: LIMITS.rejectedInResult },
    { byVolley: LIMITS.rejectedInResult, named: LIMITS.rejectedInResult },
  ])("names at most 1,000 of the rejected, $byVolley from planning first", ({ byVolley, named }) => {
    const rejections = Array.from({ length: byVolley }, (_, index) => ({ index, recipient: `+${index}` }));
    const byProvider = { reason: "blocked", by: "provider" as const };
    const part = {
      ...resultOf(1_000, 0, "accepted"),
      rejected: ["a", "b"].map((recipient) => ({ recipient, ...byProvider })),
    };
    const result = mergeResults("eu", planned(1_001, { rejected: byVolley, rejections }), {
      ended: new Map([[0, part]]),
      failed: new Map(),
    });
    expect(result.rejected).toHaveLength(named);
    expect(result.rejected.filter(({ by }) => by === "volley")).toHaveLength(byVolley);
    expect(result.recipients.rejected).toBe(byVolley);
  });

  it.each([
    { title: "nothing was skipped", skipped: [], duplicate: 0, index: 1_003 },
    { title: "two entries before were skipped", skipped: [0, 700], duplicate: 2, index: 1_005 },
    { title: "an entry after was skipped", skipped: [1_004], duplicate: 1, index: 1_003 },
    { title: "too many were skipped to be kept", skipped: [], duplicate: 20_000, index: undefined },
  ])("says where a rejected recipient stood in the caller's list when $title", ({ skipped, duplicate, index }) => {
    const rejected = [{ recipient: "46700000003", index: 3, reason: "unknown_group", by: "provider" as const }];
    const ended = new Map([
      [0, resultOf(1_000, 0, "accepted")],
      [1, { ...resultOf(500, 1, "accepted"), rejected }],
    ]);
    const result = mergeResults("eu", planned(1_500, { skipped, duplicate }), { ended, failed: new Map() });
    expect(result.rejected[0]?.index).toBe(index);
  });

  it("accounts for every recipient, whatever the parts came to", () => {
    fc.assert(
      fc.property(mixture, ({ set, ended, failed }) => {
        const result = mergeResults("eu", set, { ended, failed });
        const { requested, ...counts } = result.recipients;
        expect(requested).toBe(set.requested);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(requested);
        const inBatches = result.batches.reduce((sum, { recipients }) => sum + recipients, 0);
        expect(inBatches).toBe(counts.accepted);
        expect(result.batches.length + result.errors.length).toBe(set.parts);
        expect(sendResultSchema.safeParse(result).success).toBe(true);
      }),
    );
  });
});

describe("a result that is merged once more", () => {
  it("is the same while its parts are, whoever was rejected", () => {
    fc.assert(
      fc.property(mixture, ({ set, ended, failed }) => {
        const result = mergeResults("eu", set, { ended, failed });
        expect(remerged(result, mergeAll("eu", set, { ended, failed }))).toEqual(result);
      }),
    );
  });

  it("counts what has become of its parts since", () => {
    const set = planned(2_000, { duplicate: 3, rejected: 2, rejections: [{ index: 7, recipient: "+1" }] });
    const before = new Map([0, 1].map((part) => [part, resultOf(1_000, part, "accepted")]));
    const after = new Map([...before, [1, resultOf(1_000, 1, "canceled")]]);
    const result = mergeResults("eu", set, { ended: before, failed: new Map() });
    expect(remerged(result, mergeAll("eu", set, { ended: after, failed: new Map() }))).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_005), accepted: 1_000, canceled: 1_000, duplicate: 3, rejected: 2 },
      rejected: [{ recipient: "+1", index: 7 }],
    });
  });

  it("no longer says that something is left out when nothing is", () => {
    const before = { ...mergeResults("eu", planned(2_000), NOTHING), omitted: { batches: 5, errors: 0 } };
    expect(remerged(before, NO_PARTS)).not.toHaveProperty("omitted");
  });
});

const NOTHING: PartResults = { ended: new Map(), failed: new Map() };

/** Parts that ended in any way, failed, or are gone without a trace. */
const mixture = fc
  .record({
    recipients: fc.integer({ min: 1_001, max: 40_000 }),
    duplicate: fc.nat(5_000),
    rejected: fc.nat(5_000),
    fates: fc.array(
      fc.constantFrom<EndingKind | "failed" | "gone">(
        "accepted",
        "rejected",
        "expired",
        "canceled",
        "unknown",
        "failed",
        "gone",
      ),
      { minLength: 40, maxLength: 40 },
    ),
  })
  .map(({ recipients, duplicate, rejected, fates }) => {
    const ended = new Map<number, SendResult>();
    const failed = new Map<number, string>();
    for (const [part, fate] of fates.slice(0, partCount(recipients)).entries()) {
      if (fate === "failed") failed.set(part, "stalled");
      else if (fate !== "gone") ended.set(part, resultOf(partSize(recipients, part), part, fate));
    }
    return { set: planned(recipients, { duplicate, rejected }), ended, failed };
  });

/** A part of 1,000 recipients; every second one is accepted. */
function halfAccepted(part: number): SendResult {
  const kind = part % 2 === 0 ? "accepted" : "rejected";
  return { ...resultOf(1, part, kind), recipients: { ...noRecipients(1_000), [kind]: 1_000 } };
}

/** All parts merged, page by page, as a send is settled. */
function mergeResults(region: string, set: Planned, parts: PartResults): SendResult {
  return resultOfMerged(region, set, mergeAll(region, set, parts));
}

function mergeAll(region: string, set: Planned, parts: PartResults): Merged {
  return pagesOf(set.parts).reduce(
    (before, page) =>
      mergePage(
        before,
        [...completePage(region, set, page, parts)].map(([part, result]) => placed(result, part, set)),
      ),
    NO_PARTS,
  );
}

function planned(recipients: number, aside: Partial<Omit<Planned, "parts" | "requested">> = {}): Planned {
  const { duplicate = 0, rejected = 0, rejections = [], skipped = [] } = aside;
  const requested = recipients + duplicate + rejected;
  return { parts: partCount(recipients), requested, duplicate, rejected, rejections, skipped };
}

const ACCEPTED = { kind: "accepted", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;

function lotOf(recipients: readonly string[]): Lot {
  return { from: 0, end: recipients.length, recipients };
}

function resultOf(recipients: number, part: number, kind: EndingKind): SendResult {
  const accepted = Array.from({ length: recipients }, (_, index) => String(46_700_000_000 + index));
  const ledger = openLedger(accepted);
  const ended =
    kind === "accepted"
      ? closeLot(ledger, lotOf(accepted), { ...ACCEPTED, batchId: `batch-${part}` })
      : closeAll(ledger, { kind, code: kind, text: "why" });
  const read = { requested: recipients, accepted, duplicate: 0, rejected: 0, rejections: [], skipped: [] };
  return resultOfLedger("eu", part, read, ended);
}
