import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nextLot } from "./cut-lot.ts";
import { closeLot, type Ledger, openLedger } from "./ledger.ts";

const ONE = (): number => 1;
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;

/** The first one costs as much as three others. */
function dearFirst(recipient: string): number {
  return recipient === "46700000000" ? 3 : 1;
}

function people(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

/** A ledger in which the provider has rejected those at some places. */
function without(ledger: Ledger, ...places: number[]): Ledger {
  const rejected = places.map((place) => ({ recipient: ledger.people[place] ?? "", place, code: "c", text: "t" }));
  return { ...ledger, rejected };
}

describe("the next lot", () => {
  it("is everybody when they cost no more than the limit", () => {
    expect(nextLot(openLedger(people(50)), 50, ONE)).toEqual({ from: 0, end: 50, recipients: people(50) });
  });

  it("is one recipient at least, whatever that costs", () => {
    expect(nextLot(openLedger(people(2)), 1, () => 14)?.recipients).toEqual(people(1));
  });

  it("is nobody's when nobody is pending", () => {
    expect(nextLot(openLedger([]), 50, ONE)).toBeNull();
  });

  it("is cut evenly: no rest of one recipient is left", () => {
    expect(sizes(openLedger(people(51)), 50)).toEqual([26, 25]);
    expect(sizes(openLedger(people(130)), 50)).toEqual([44, 43, 43]);
  });

  it("is cut by what its recipients cost", () => {
    expect(nextLot(openLedger(people(6)), 4, dearFirst)?.recipients).toEqual(people(2));
  });

  it("ends where its range does, though more are pending", () => {
    const ledger: Ledger = {
      ...openLedger(people(9)),
      pending: [
        [2, 4],
        [4, 9],
      ],
    };
    expect(nextLot(ledger, 50, ONE)).toEqual({ from: 2, end: 4, recipients: people(4).slice(2) });
  });

  it("passes over whoever was rejected, and ends with its last recipient", () => {
    const lot = nextLot(without(openLedger(people(6)), 1, 4, 5), 50, ONE);
    expect(lot).toEqual({ from: 0, end: 4, recipients: [0, 2, 3].map((place) => people(6)[place]) });
  });

  it("keeps everybody in order, within the limit, whatever the costs", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (costs, limit) => {
          const everybody = people(costs.length);
          const costOf = (recipient: string): number => costs[Number(recipient) - 46_700_000_000] ?? 0;
          const lots = lotsOf(openLedger(everybody), limit, costOf);
          expect(lots.flat()).toEqual(everybody);
          for (const lot of lots) {
            const cost = lot.reduce((sum, recipient) => sum + costOf(recipient), 0);
            expect(lot.length === 1 || cost <= limit).toBe(true);
          }
        },
      ),
    );
  });
});

function sizes(ledger: Ledger, limit: number): number[] {
  return lotsOf(ledger, limit, ONE).map(({ length }) => length);
}

function lotsOf(ledger: Ledger, limit: number, costOf: (recipient: string) => number): (readonly string[])[] {
  const lot = nextLot(ledger, limit, costOf);
  return lot ? [lot.recipients, ...lotsOf(closeLot(ledger, lot, ACCEPTED), limit, costOf)] : [];
}
