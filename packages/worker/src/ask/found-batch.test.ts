import { describe, expect, it } from "@jest/globals";
import { nextLot } from "../ledger/cut-lot.ts";
import { closeLot, type Ledger, type Lot, suffixOf, openLedger, peoplePending } from "../ledger/ledger.ts";

const SILENT = { code: "syntax_invalid_parameter_format", text: "The batch contains a recipient that is wrong." };
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;
const FOUND = { ...ACCEPTED, adopted: true } as const;
const GROUP = "01FC66621XXXXX119Z8PMV1QPA";
const OTHER_GROUP = "01FC66621XXXXX119Z8PMV1QPB";

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

/** The next lot, of so many recipients at most. */
function lotOf(ledger: Ledger, most = 1_000): Lot {
  const lot = nextLot(ledger, most, () => 1);
  if (lot === null) throw new Error("nobody is pending");
  return lot;
}

/** The people at some places. */
function those(people: readonly string[], ...places: number[]): string[] {
  return places.map((place) => people[place] ?? "");
}

describe("a batch that was found", () => {
  const people = numbers(9);
  const open = openLedger(people);

  it.each([
    { title: "as many as the lot has now", to: 3, most: 3 },
    { title: "fewer, as the pace was slower then", to: 2, most: 9 },
    { title: "more, as the pace was faster then", to: 7, most: 3 },
    { title: "everybody", to: 9, most: 1 },
  ])("says itself how far it went: it is to $title", ({ to, most }) => {
    const shown = people.slice(0, to).map((number) => `+${number}`);
    const ledger = closeLot(open, lotOf(open, most), { ...FOUND, to: shown });
    expect(ledger).toMatchObject({ batches: [{ recipients: to }], failures: [] });
    expect(ledger.pending).toEqual(to === 9 ? [] : [[to, 9]]);
  });

  it("goes on with those whom it passes over: the provider had rejected them, and Redis has forgotten it", () => {
    const ledger = closeLot(open, lotOf(open), { ...FOUND, to: those(people, 0, 2, 4) });
    expect(ledger).toMatchObject({ batches: [{ recipients: 3 }], failures: [], taken: 3 });
    expect(peoplePending(ledger).map(({ place }) => place)).toEqual([1, 3, 5, 6, 7, 8]);
  });

  it("passes over whomever the provider has rejected, as long as that is known", () => {
    const rejected = { ...open, rejected: [{ recipient: people[1] ?? "", place: 1, ...SILENT }] };
    const ledger = closeLot(rejected, lotOf(rejected), { ...FOUND, to: those(people, 0, 2, 3) });
    expect(ledger).toMatchObject({ failures: [], pending: [[4, 9]] });
  });

  describe("to a group", () => {
    const MEMBERS = ["46999999998", "46999999999"];
    const group = openLedger([...those(people, 0), GROUP, ...those(people, 1)]);
    const groups = openLedger([...those(people, 0), GROUP, OTHER_GROUP, ...those(people, 1)]);

    it.each([
      { title: "the group", to: group.people },
      { title: "its members", to: [...those(people, 0), ...MEMBERS, ...those(people, 1)] },
    ])("is to it whether it names $title", ({ to }) => {
      const ledger = closeLot(group, lotOf(group), { ...FOUND, to });
      expect(ledger).toMatchObject({ batches: [{ recipients: 3 }], failures: [], pending: [] });
    });

    it("is not to a group of which it names neither itself nor anybody else", () => {
      expect(closeLot(group, lotOf(group), { ...FOUND, to: those(people, 0, 1) }).pending).toEqual([[1, 2]]);
    });

    it("is to the group that comes last, where the lot would be shorter now", () => {
      const ledger = closeLot(group, lotOf(group, 1), { ...FOUND, to: [...those(people, 0), ...MEMBERS] });
      expect(ledger).toMatchObject({ batches: [{ recipients: 2 }], taken: 2, failures: [], pending: [[2, 3]] });
    });

    it("leaves everybody else to a person where nobody knows which of several groups it is to", () => {
      // However long the lot would be now: how it was cut then nobody knows.
      for (const most of [2, 4]) {
        const ledger = closeLot(groups, lotOf(groups, most), { ...FOUND, to: [...those(people, 0), ...MEMBERS] });
        expect(ledger).toMatchObject({ batches: [{ recipients: 1 }], pending: [] });
        expect(ledger.failures).toMatchObject([
          { ending: "unknown", code: "unclear_batch", recipients: { length: 3 } },
        ]);
      }
    });
  });

  it("leaves everybody else to a person where it names somebody who is not among them", () => {
    const ledger = closeLot(open, lotOf(open), { ...FOUND, to: [...those(people, 0, 1), "46999999999"] });
    expect(ledger.batches).toMatchObject([{ recipients: 2 }]);
    expect(ledger.failures).toMatchObject([{ ending: "unknown", recipients: people.slice(2) }]);
  });

  it("is to all of its lot where it does not say whom it is to, and its lot is all that is left", () => {
    const ledger = closeLot(open, lotOf(open), FOUND);
    expect(ledger).toMatchObject({ batches: [{ recipients: 9 }], failures: [], pending: [] });
  });

  it("is to one for certain, and leaves the others to a person, where it may have been cut otherwise", () => {
    const ledger = closeLot(open, lotOf(open, 3), FOUND);
    expect(ledger).toMatchObject({ batches: [{ recipients: 1 }], pending: [] });
    expect(ledger.failures).toMatchObject([{ ending: "unknown", code: "unclear_batch", recipients: people.slice(1) }]);
  });

  it("counts those as canceled to whom a canceled one was, and goes on behind it, under the next mark", () => {
    const ledger = closeLot(open, lotOf(open, 3), { kind: "stopped", to: people.slice(0, 5) });
    expect(ledger.failures).toMatchObject([
      { ending: "canceled", code: "canceled_at_provider", recipients: people.slice(0, 5) },
    ]);
    expect(ledger.pending).toEqual([[5, 9]]);
    expect(suffixOf(ledger)).toBe(".5");
  });

  it("counts those whom a late cancellation has stopped, and whom it has not, and the others as unknown", () => {
    const [stopped, passed, open3] = people;
    const recalled = {
      kind: "recalled",
      batchId: "01H",
      acceptedAt: "2026-12-01T12:00:00Z",
      stopped: new Set([stopped ?? ""]),
      passed: new Set([passed ?? ""]),
      to: people.slice(0, 3),
    } as const;
    const ledger = closeLot(open, lotOf(open), recalled);
    expect(ledger.batches).toMatchObject([{ recipients: 1 }]);
    expect(ledger.failures).toMatchObject([
      { ending: "canceled", recipients: [stopped] },
      { ending: "unknown", recipients: [open3] },
    ]);
    expect(ledger.pending).toEqual([[3, 9]]);
  });

  it("says who its people were where nobody knew them any more", () => {
    const nobody = openLedger(["", "", ""]);
    const ledger = closeLot(nobody, lotOf(nobody), { ...FOUND, to: people.slice(0, 2) });
    expect(ledger).toMatchObject({ batches: [{ recipients: 2 }], pending: [[2, 3]] });
  });
});
