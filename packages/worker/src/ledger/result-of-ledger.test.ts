import { describe, expect, it } from "@jest/globals";
import { type Ledger, noRecipients, type Recipients, sendResultSchema } from "@volley/contract";
import { closeLot, openLedger } from "./ledger.ts";
import { resultOfLedger, unsentOf } from "./result-of-ledger.ts";

const [ANN, BO, CY] = ["46701234567", "46701234568", "46701234569"];
const RECIPIENTS: Recipients = {
  requested: 6,
  accepted: [ANN, BO, CY],
  duplicate: 2,
  rejected: 1,
  rejections: [{ index: 0, recipient: "+1" }],
  skipped: [0, 2, 4],
};
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: true } as const;
const REFUSED = { recipient: BO, place: 1, code: "unknown_group", text: "no" };
const EMPTY: Ledger = {
  pending: [],
  taken: 0,
  batches: [],
  rejected: [],
  failures: [],
  suppressed: [],
  refusals: 0,
  alone: 0,
};

describe("resultOfLedger", () => {
  it("names the batch of an accepted send", () => {
    const lot = { from: 0, end: 3, recipients: RECIPIENTS.accepted };
    const ledger = closeLot(openLedger(RECIPIENTS.accepted), lot, ACCEPTED);
    expect(resultOfLedger("eu", 4, RECIPIENTS, ledger)).toEqual({
      state: "accepted",
      region: "eu",
      recipients: { ...noRecipients(6), accepted: 3, duplicate: 2, rejected: 1 },
      batches: [{ id: "01H", part: 4, recipients: 3, accepted_at: ACCEPTED.acceptedAt, adopted: true }],
      rejected: [{ recipient: "+1", index: 0, reason: "invalid_msisdn", by: "volley" }],
      errors: [],
    });
    expect(unsentOf(ledger)).toBeNull();
  });

  it("names a recipient whom the provider rejected, by the place in the caller's list", () => {
    const batch = { id: "01H", recipients: 2, accepted_at: ACCEPTED.acceptedAt, adopted: false };
    const ledger = { ...EMPTY, batches: [batch], rejected: [REFUSED] };
    const result = resultOfLedger("eu", 0, RECIPIENTS, ledger);
    expect(result).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(6), accepted: 2, rejected: 2, duplicate: 2 },
      errors: [{ part: 0, code: "unknown_group", text: "no", recipients: 1 }],
    });
    expect(result.rejected[1]).toEqual({ recipient: BO, index: 3, reason: "unknown_group", by: "provider" });
    expect(unsentOf(ledger)).toEqual({ certain: [BO], unknown: [] });
  });

  it.each(["rejected", "expired", "canceled", "unknown"] as const)(
    "counts a send that is %s as just that",
    (ending) => {
      const failure = { ending, code: "code", text: "why", recipients: [...RECIPIENTS.accepted] };
      const ledger = { ...EMPTY, failures: [failure] };
      const result = resultOfLedger("eu", 0, RECIPIENTS, ledger);
      expect(result.state).toBe(ending);
      expect(result.recipients[ending]).toBe(ending === "rejected" ? 4 : 3);
      expect(result.errors).toEqual([{ part: 0, code: "code", text: "why", recipients: 3, state: ending }]);
      const everybody = [ANN, BO, CY];
      const isUnknown = ending === "unknown";
      expect(unsentOf(ledger)).toEqual({ certain: isUnknown ? [] : everybody, unknown: isUnknown ? everybody : [] });
    },
  );

  it("gathers those who were rejected with the same code into one error", () => {
    const other = { recipient: CY, place: 2, code: "illegal_number_type", text: "other" };
    const ledger = { ...EMPTY, rejected: [REFUSED, { ...REFUSED, recipient: ANN, place: 0 }, other] };
    const result = resultOfLedger("eu", 0, RECIPIENTS, ledger);
    expect(result.state).toBe("rejected");
    expect(result.errors.map(({ code, recipients }) => [code, recipients])).toEqual([
      ["unknown_group", 2],
      ["illegal_number_type", 1],
    ]);
  });

  it("is a result by the contract", () => {
    const result = resultOfLedger("eu", 0, RECIPIENTS, { ...EMPTY, rejected: [REFUSED] });
    expect(sendResultSchema.parse(result)).toEqual(result);
  });
});
