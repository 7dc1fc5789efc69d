import { describe, expect, it } from "@jest/globals";
import { noRecipients, type SendResult, sendResultSchema, type SendState } from "@volley/contract";
import fc from "fast-check";
import { failedResult, mergeRouted } from "./auto-result.ts";

const NOBODY = { counts: { requested: 0, valid: 0, duplicate: 0, rejected: 0 }, rejected: [] };

function result(region: string, fields: Partial<SendResult> = {}): SendResult {
  return { state: "accepted", region, recipients: noRecipients(0), batches: [], rejected: [], errors: [], ...fields };
}

function batch(id: string, part = 0) {
  return { id, part, recipients: 1, accepted_at: "2026-12-01T08:00:00.000Z", adopted: false };
}

describe("mergeRouted", () => {
  it("adds up who was rejected before and what the regions came to, and says where", () => {
    const counts = { requested: 10, valid: 6, duplicate: 1, rejected: 3 };
    const rejected = [{ recipient: "nobody", index: 4, reason: "no_route", by: "volley" as const }];
    const eu = result("eu", {
      state: "partial",
      recipients: { ...noRecipients(4), accepted: 2, rejected: 1, suppressed: 1 },
      batches: [batch("E0"), batch("E1", 1)],
      rejected: [{ recipient: "46701234567", index: 0, reason: "invalid", by: "provider" }],
      errors: [{ part: 1, code: "expired", text: "too late", recipients: 1 }],
    });
    const us = result("us", { recipients: { ...noRecipients(2), accepted: 2 }, batches: [batch("U0")] });
    const merged = mergeRouted({ counts, rejected }, [eu, us]);
    expect(merged).toEqual({
      state: "partial",
      region: "auto",
      recipients: { ...noRecipients(10), accepted: 4, rejected: 4, duplicate: 1, suppressed: 1 },
      batches: [
        { ...batch("E0"), region: "eu" },
        { ...batch("E1", 1), region: "eu" },
        { ...batch("U0"), region: "us" },
      ],
      // The place in the list of a region is not that in the caller's.
      rejected: [...rejected, { recipient: "46701234567", reason: "invalid", by: "provider" }],
      errors: [{ part: 1, region: "eu", code: "expired", text: "too late", recipients: 1 }],
    });
    expect(sendResultSchema.parse(merged)).toEqual(merged);
  });

  it("names the first thousand of everything, and counts what it does not name", () => {
    const batches = Array.from({ length: 800 }, (_, index) => batch(`B${index}`, index));
    const merged = mergeRouted(NOBODY, [
      result("eu", { batches, omitted: { batches: 5, errors: 7 } }),
      result("us", { batches }),
    ]);
    expect(merged.batches).toHaveLength(1_000);
    expect(merged.omitted).toEqual({ batches: 605, errors: 7 });
  });

  it.each<[SendState[], SendState]>([
    [["accepted", "accepted"], "accepted"],
    [["accepted", "rejected"], "partial"],
    [["partial", "unknown"], "partial"],
    [["expired", "canceled"], "canceled"],
    [["rejected", "unknown", "expired"], "unknown"],
  ])("makes of %j %s", (states, state) => {
    expect(
      mergeRouted(
        NOBODY,
        states.map((each) => result("eu", { state: each })),
      ).state,
    ).toBe(state);
  });

  it("has everybody who was asked for in exactly one count, whatever the regions came to", () => {
    const count = fc.nat({ max: 1_000_000 });
    const endings = fc.record({
      accepted: count,
      rejected: count,
      duplicate: count,
      suppressed: count,
      expired: count,
      canceled: count,
      unknown: count,
    });
    fc.assert(
      fc.property(fc.array(endings), count, count, (regions, duplicate, rejected) => {
        const results = regions.map((each) => {
          const requested = Object.values(each).reduce((sum, one) => sum + one, 0);
          return result("eu", { recipients: { requested, ...each } });
        });
        const valid = results.reduce((sum, { recipients }) => sum + recipients.requested, 0);
        const counts = { requested: valid + duplicate + rejected, valid, duplicate, rejected };
        const { requested, ...merged } = mergeRouted({ counts, rejected: [] }, results).recipients;
        expect(Object.values(merged).reduce((sum, one) => sum + one, 0)).toBe(requested);
      }),
    );
  });
});

it("a send whose job failed leaves its recipients unknown", () => {
  const failed = failedResult({ region: "eu", id: "eu-1", recipients: 7 }, "it cannot be read");
  expect(failed).toMatchObject({ state: "unknown", recipients: { requested: 7, unknown: 7 } });
  expect(mergeRouted(NOBODY, [failed]).errors).toEqual([
    { part: 0, region: "eu", code: "part_failed", text: "it cannot be read", recipients: 7, state: "unknown" },
  ]);
});
