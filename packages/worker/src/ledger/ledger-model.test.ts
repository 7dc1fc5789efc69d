import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nextLot } from "./cut-lot.ts";
import { closeLot, type Ledger, type Lot, suffixOf, MOST_REFUSALS, openLedger, refuseLot } from "./ledger.ts";

const SILENT = { code: "syntax_invalid_parameter_format", text: "The batch contains a recipient that is wrong." };
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;
const FOUND = { ...ACCEPTED, adopted: true } as const;

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

/** The next lot, of so many recipients at most. */
function lotOf(ledger: Ledger, most = 1_000): Lot {
  const lot = nextLot(ledger, most, () => 1);
  if (lot === null) throw new Error("nobody is pending");
  return lot;
}

describe("a ledger", () => {
  const culprits = fc.uniqueArray(fc.nat(299), { maxLength: 12 });
  const limits = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });

  it("comes to an end within its bound, and has everybody in exactly one place, whoever is rejected", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.uniqueArray(fc.nat(999), { maxLength: 40 }),
        fc.boolean(),
        (count, bad, isNamed) => {
          const everybody = numbers(count);
          const { ledger, requests, accepted } = sendAll(
            everybody,
            new Set(bad.map((place) => everybody[place])),
            isNamed,
          );
          expectEachOnce(ledger, everybody, accepted);
          const rejected = ledger.rejected.map(({ recipient }) => recipient);
          expect(rejected.filter((recipient) => !bad.includes(everybody.indexOf(recipient)))).toEqual([]);
          expect(requests).toBeLessThanOrEqual(2 * MOST_REFUSALS + 1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives up after few refusals where nobody was accepted: it is the message then, whatever the code says", () => {
    const { ledger, requests } = sendAll(numbers(1_000), new Set(numbers(1_000)), false);
    expect(ledger.batches).toEqual([]);
    expect(requests).toBeLessThan(MOST_REFUSALS / 2);
  });

  it("never has two lots with one mark that were accepted", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), culprits, limits, (count, bad, most) => {
        const everybody = numbers(count);
        const { provider } = sendAll(everybody, new Set(bad.map((place) => everybody[place])), false, most);
        expect(new Set(provider.marks).size).toBe(provider.marks.length);
      }),
    );
  });

  it("texts nobody twice and forgets nobody when Redis loses all of it, whatever the pace, refusals and order were", () => {
    fc.assert(
      fc.property(
        fc.record({ count: fc.integer({ min: 1, max: 300 }), bad: culprits, isNamed: fc.boolean(), steps: fc.nat(40) }),
        limits,
        limits,
        fc.boolean(),
        ({ count, bad, isNamed, steps }, before, after, isReversed) => {
          const everybody = numbers(count);
          const wrong = new Set(bad.map((place) => everybody[place]));
          const { provider } = sendAll(everybody, wrong, isNamed, before, steps);
          const again = isReversed ? everybody.toReversed() : everybody;
          const { ledger } = sendAll(again, wrong, isNamed, after, Number.POSITIVE_INFINITY, provider);
          const texted = [...provider.batches.values()].flat();
          expect(new Set(texted).size).toBe(texted.length);
          expectEachOnce(ledger, everybody, texted);
          // Nobody is left to a person.
          expect(ledger.failures.filter(({ ending }) => ending === "unknown")).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** What the provider has accepted, by mark. */
type Provider = { readonly batches: Map<string, readonly string[]>; readonly marks: string[] };

/**
 * Plays a provider that refuses some recipients, until nothing is pending or so many steps are done.
 *
 * @param most - how many a lot may have, one after the other
 * @param provider - what it has already; whoever comes to it asks first
 */
function sendAll(
  everybody: readonly string[],
  bad: ReadonlySet<string | undefined>,
  isNamed: boolean,
  most: readonly number[] = [1_000],
  steps = Number.POSITIVE_INFINITY,
  provider: Provider = { batches: new Map(), marks: [] },
): { ledger: Ledger; requests: number; accepted: string[]; provider: Provider } {
  let ledger = openLedger(everybody);
  let requests = 0;
  const before = new Map(provider.batches);
  for (; ledger.pending.length > 0 && requests < steps; requests += 1) {
    const lot = lotOf(ledger, most[requests % most.length]);
    const mark = suffixOf(ledger);
    const to = before.get(mark);
    if (to) {
      ledger = closeLot(ledger, lot, { ...FOUND, to });
      continue;
    }
    const culprit = lot.recipients.findIndex((recipient) => bad.has(recipient));
    if (culprit < 0) {
      provider.batches.set(mark, lot.recipients);
      provider.marks.push(mark);
      ledger = closeLot(ledger, lot, ACCEPTED);
      continue;
    }
    const text = isNamed ? `The format of parameter 'to[${culprit}]' is invalid` : SILENT.text;
    ledger = refuseLot(ledger, lot, { ...SILENT, text });
  }
  return { ledger, requests, accepted: [...provider.batches.values()].flat(), provider };
}

/** Everybody was accepted, rejected or has failed, and no two of these. */
function expectEachOnce(ledger: Ledger, everybody: readonly string[], accepted: readonly string[]): void {
  const failed = ledger.failures.flatMap(({ recipients }) => recipients);
  const rejected = ledger.rejected.map(({ recipient }) => recipient);
  expect([...accepted, ...failed, ...rejected].toSorted()).toEqual(everybody);
  expect(ledger.batches.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(accepted.length);
}
