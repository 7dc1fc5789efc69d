import { describe, expect, it } from "@jest/globals";
import { nextLot } from "./cut-lot.ts";
import {
  closeAll,
  closeLot,
  GONE,
  type Ledger,
  type Lot,
  suffixOf,
  MOST_REFUSALS,
  nobodies,
  openLedger,
  refuseLot,
} from "./ledger.ts";

const SILENT = { code: "syntax_invalid_parameter_format", text: "The batch contains a recipient that is wrong." };
const OF_MESSAGE = { code: "syntax_invalid_json", text: "This is no JSON." };
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;
const GROUP = "01FC66621XXXXX119Z8PMV1QPA";

const ONE = (): number => 1;

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

/** The next lot, of so many recipients at most. */
function lotOf(ledger: Ledger, most = 1_000): Lot {
  const lot = nextLot(ledger, most, ONE);
  if (lot === null) throw new Error("nobody is pending");
  return lot;
}

function refuse(ledger: Ledger, refusal = SILENT, most = 1_000): Ledger {
  return refuseLot(ledger, lotOf(ledger, most), refusal);
}

describe("openLedger", () => {
  it("has everybody pending, or nobody", () => {
    expect(openLedger(["a", "b"]).pending).toEqual([[0, 2]]);
    expect(openLedger([]).pending).toEqual([]);
  });
});

describe("refuseLot", () => {
  it.each([
    { title: "by its index", text: "The format of parameter 'to[1]' is invalid", place: 1 },
    { title: "by itself", text: "'46700000002' is not a valid phone number", place: 2 },
  ])("sets the recipient aside that is named $title, and the rest goes on as one lot", ({ text, place }) => {
    const ledger = refuse(openLedger(numbers(3)), { ...SILENT, text });
    expect(ledger.rejected).toEqual([{ recipient: numbers(3)[place], place, code: SILENT.code, text }]);
    expect(lotOf(ledger).recipients).toEqual(numbers(3).toSpliced(place, 1));
  });

  it("fills a lot up again from those behind it", () => {
    const text = "The format of parameter 'to[1]' is invalid";
    const ledger = refuse(openLedger(numbers(6)), { ...SILENT, text }, 3);
    expect(lotOf(ledger, 3).recipients).toEqual([0, 2, 3].map((index) => numbers(6)[index]));
  });

  it("halves the lot when nobody is named, and leaves those behind it as they were", () => {
    const ledger = refuse(openLedger(numbers(9)), SILENT, 3);
    expect(ledger.pending).toEqual([
      [0, 2],
      [2, 3],
      [3, 9],
    ]);
  });

  it("has found the culprit when a lot of one is refused", () => {
    const ledger = refuse(openLedger(numbers(1)));
    expect(ledger).toMatchObject({ pending: [], rejected: [{ recipient: numbers(1)[0] }], alone: 1 });
  });

  it.each([
    { code: "syntax_invalid_parameter_format", text: "The format of parameter 'from' is invalid" },
    { code: "syntax_invalid_json", text: "The request is not JSON." },
    { code: "unknown_group", text: "There is no such group." },
  ])("ends everything that is pending when it is the message that is refused: $code, $text", (refusal) => {
    const ledger = refuse(openLedger(numbers(9)), refusal, 3);
    expect(ledger.pending).toEqual([]);
    expect(ledger.failures).toEqual([{ ending: "rejected", ...refusal, recipients: numbers(9) }]);
  });

  it("ends no more than its lot when the provider has taken the message before", () => {
    const begun = closeLot(openLedger(numbers(9)), lotOf(openLedger(numbers(9)), 3), ACCEPTED);
    const ledger = refuse(begun, OF_MESSAGE, 3);
    expect(ledger.failures).toEqual([{ ending: "rejected", ...OF_MESSAGE, recipients: numbers(6).slice(3) }]);
    expect(ledger.pending).toEqual([[6, 9]]);
  });

  it("gives up on whoever is left after so many refusals, and not before", () => {
    const begun = closeLot(openLedger(["a", ...numbers(4)]), { from: 0, end: 1, recipients: ["a"] }, ACCEPTED);
    const once = refuse({ ...begun, refusals: MOST_REFUSALS - 2 });
    expect(once.pending).toHaveLength(2);
    const twice = refuse(once);
    expect(twice.pending).toEqual([]);
    expect(twice.failures.flatMap(({ recipients }) => recipients)).toEqual(numbers(4));
  });

  it("does not take it for the message once anybody was accepted, however many are refused alone", () => {
    const begun = closeLot(openLedger(numbers(20)), lotOf(openLedger(numbers(20)), 1), ACCEPTED);
    let ledger = begun;
    for (let rejected = 0; rejected < 15; rejected += 1) ledger = refuse(ledger, SILENT, 1);
    expect(ledger).toMatchObject({ alone: 15, failures: [] });
    expect(lotOf(ledger).recipients).toEqual(numbers(20).slice(16));
  });

  it("takes an unknown group for a recipient where there is a group", () => {
    const halved = refuse(openLedger([...numbers(1), GROUP]), {
      code: "unknown_group",
      text: "There is no such group.",
    });
    expect(halved.pending).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });
});

describe("closeLot", () => {
  const people = numbers(9);
  const open = openLedger(people);
  const first = lotOf(open, 3);

  it("goes on behind the lot", () => {
    const ledger = closeLot(open, first, ACCEPTED);
    expect(ledger).toMatchObject({ batches: [{ id: "01H", recipients: 3, adopted: false }], pending: [[3, 9]] });
  });

  it("calls the next one by how many the batches before it are to", () => {
    const once = closeLot(open, first, ACCEPTED);
    const twice = closeLot(once, lotOf(once, 2), ACCEPTED);
    expect([open, once, twice].map(suffixOf)).toEqual(["", ".3", ".5"]);
  });

  it("leaves no range of which everybody was refused", () => {
    const rejected = { recipient: people[8] ?? "", place: 8, ...SILENT };
    const ledger = closeLot(
      { ...open, rejected: [rejected] },
      { from: 0, end: 8, recipients: people.slice(0, 8) },
      ACCEPTED,
    );
    expect(ledger.pending).toEqual([]);
  });
});

describe("closeAll", () => {
  it("ends everybody who is pending, and nobody who was rejected", () => {
    const open = openLedger(numbers(4));
    const begun = {
      ...open,
      pending: [[1, 2] as const, [2, 4] as const],
      rejected: [{ recipient: numbers(3)[2] ?? "", place: 2, ...SILENT }],
    };
    const { pending, failures } = closeAll(begun, { kind: "expired", code: "expired", text: "late" });
    expect(pending).toEqual([]);
    expect(failures).toMatchObject([{ recipients: [numbers(4)[1], numbers(4)[3]] }]);
  });

  it("counts nobody twice of whom nobody knows who they are", () => {
    const begun = { ...openLedger(nobodies(4)), rejected: [{ recipient: "46700000002", place: 2, ...SILENT }] };
    expect(closeAll(begun, GONE).failures).toMatchObject([{ recipients: { length: 3 } }]);
  });

  it("says nothing where nobody is pending", () => {
    expect(closeAll(openLedger([]), { kind: "expired", code: "expired", text: "late" }).failures).toEqual([]);
  });
});
