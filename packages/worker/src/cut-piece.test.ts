import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cutPiece, isCut } from "./cut-piece.ts";
import { openLedger, refusePiece } from "./ledger.ts";

const ONE = (): number => 1;

function people(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

describe("a piece", () => {
  it("is left alone when it costs no more than the limit", () => {
    expect(cutPiece(openLedger(people(50)), 50, ONE)).toBeNull();
  });

  it("is left alone when it is one recipient, whatever that costs", () => {
    expect(cutPiece(openLedger(people(1)), 1, () => 14)).toBeNull();
  });

  it("is cut evenly, and each mark says who is in it", () => {
    const cut = cutPiece(openLedger(people(51)), 50, ONE);
    expect(cut?.pending.map(({ mark, recipients }) => [mark, recipients.length])).toEqual([
      [".0-25", 26],
      [".26-50", 25],
    ]);
  });

  it("is cut by what its recipients cost", () => {
    const cut = cutPiece(openLedger(people(6)), 4, (recipient) => (recipient === "46700000000" ? 3 : 1));
    expect(cut?.pending.map(({ mark }) => mark)).toEqual([".0-1", ".2-5"]);
  });

  it("is cut again where its limit has become smaller, and the others stay as they are", () => {
    const cut = cutPiece(openLedger(people(4)), 2, ONE);
    if (!cut) throw new Error("it was not cut");
    expect(cutPiece(cut, 1, ONE)?.pending.map(({ mark }) => mark)).toEqual([".0-1.0-0", ".0-1.1-1", ".2-3"]);
  });

  it("no longer counts as cut once it was halved for a refusal", () => {
    const cut = cutPiece(openLedger(people(4)), 2, ONE);
    if (!cut) throw new Error("it was not cut");
    const halved = refusePiece(cut, { code: "http_400", text: "something is wrong" });
    expect([cut, halved].map(({ pending: [first] }) => first && isCut(first))).toEqual([true, false]);
  });

  it("keeps everybody in order, within the limit, whatever the costs", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        (costs, limit) => {
          const everybody = people(costs.length);
          const costOf = (recipient: string): number => costs[everybody.indexOf(recipient)] ?? 0;
          const ledger = openLedger(everybody);
          const cut = cutPiece(ledger, limit, costOf) ?? ledger;
          expect(cut.pending.flatMap(({ recipients }) => recipients)).toEqual(everybody);
          expect(new Set(cut.pending.map(({ mark }) => mark)).size).toBe(cut.pending.length);
          for (const { recipients } of cut.pending) {
            const cost = recipients.reduce((sum, recipient) => sum + costOf(recipient), 0);
            expect(recipients.length === 1 || cost <= limit).toBe(true);
          }
        },
      ),
    );
  });
});
