import { describe, expect, it } from "@jest/globals";
import type { Ledger } from "@volley/contract";
import fc from "fast-check";
import { closePiece, MOST_REFUSALS, openLedger, refusePiece } from "./ledger.ts";

const SILENT = { code: "syntax_invalid_parameter_format", text: "The batch contains a recipient that is wrong." };
const ACCEPTED = { kind: "accepted", batchId: "01H", acceptedAt: "2026-12-01T12:00:00Z", adopted: false } as const;

describe("openLedger", () => {
  it("has everybody in one piece, or nobody in none", () => {
    expect(openLedger(["a", "b"]).pending).toEqual([{ mark: "", recipients: ["a", "b"] }]);
    expect(openLedger([]).pending).toEqual([]);
  });
});

describe("refusePiece", () => {
  it.each([
    { title: "by its index", text: "The format of parameter 'to[1]' is invalid", culprit: "46700000001" },
    { title: "by itself", text: "'46700000002' is not a valid phone number", culprit: "46700000002" },
  ])("sets the recipient aside that is named $title, and the rest goes on under the same mark", ({ text, culprit }) => {
    const ledger = refusePiece(openLedger(numbers(3)), { ...SILENT, text });
    expect(ledger.refused).toEqual([{ recipient: culprit, code: SILENT.code, text }]);
    expect(ledger.pending).toEqual([{ mark: "", recipients: numbers(3).filter((number) => number !== culprit) }]);
  });

  it("halves the piece when nobody is named, each half under a mark of its own", () => {
    const ledger = refusePiece(openLedger(numbers(3)), SILENT);
    expect(ledger.pending).toEqual([
      { mark: "a", recipients: numbers(3).slice(0, 2) },
      { mark: "b", recipients: numbers(3).slice(2) },
    ]);
  });

  it("has found the culprit when a piece of one is refused", () => {
    const ledger = refusePiece(openLedger(numbers(1)), SILENT);
    expect(ledger).toMatchObject({ pending: [], refused: [{ recipient: numbers(1)[0] }] });
  });

  it.each([
    { code: "syntax_invalid_parameter_format", text: "The format of parameter 'from' is invalid" },
    { code: "syntax_invalid_json", text: "The request is not JSON." },
    { code: "unknown_group", text: "There is no such group." },
  ])("ends the piece when it is the message that is refused: $code, $text", (refusal) => {
    const ledger = refusePiece(openLedger(numbers(3)), refusal);
    expect(ledger.pending).toEqual([]);
    expect(ledger.failures).toEqual([{ ending: "rejected", ...refusal, recipients: numbers(3) }]);
  });

  it("gives up on whoever is left after so many refusals", () => {
    const begun = closePiece(openLedger(["a"]), ACCEPTED);
    const almost = { ...begun, pending: openLedger(numbers(4)).pending, refusals: MOST_REFUSALS - 2 };
    const once = refusePiece(almost, SILENT);
    expect(once.pending).toHaveLength(2);
    const twice = refusePiece(once, SILENT);
    expect(twice.pending).toEqual([]);
    expect(twice.failures.flatMap(({ recipients }) => recipients).toSorted()).toEqual(numbers(4));
  });

  it("gives up after few refusals where nobody was accepted: it is the message then, whatever the code says", () => {
    const { ledger, requests } = sendAll(numbers(1_000), new Set(numbers(1_000)), false);
    expect(ledger.batches).toEqual([]);
    expect(requests).toBeLessThan(MOST_REFUSALS / 2);
  });

  it("takes an unknown group for a recipient where there is a group", () => {
    const group = "01FC66621XXXXX119Z8PMV1QPA";
    const refusal = { code: "unknown_group", text: "There is no such group." };
    const halved = refusePiece(openLedger([...numbers(1), group]), refusal);
    expect(halved.pending.map(({ recipients }) => recipients)).toEqual([numbers(1), [group]]);
  });

  it("leaves a ledger without a pending piece as it is", () => {
    expect(refusePiece(openLedger([]), SILENT)).toEqual(openLedger([]));
    expect(closePiece(openLedger([]), ACCEPTED)).toEqual(openLedger([]));
  });
});

describe("a ledger", () => {
  it("comes to an end within its bound, and has everybody in exactly one place, whoever is refused", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.uniqueArray(fc.nat(999), { maxLength: 40 }),
        fc.boolean(),
        (count, culprits, isNamed) => {
          const everybody = numbers(count);
          const bad = new Set(culprits.map((index) => everybody[index]));
          const { ledger, requests, accepted } = sendAll(everybody, bad, isNamed);
          const failed = ledger.failures.flatMap(({ recipients }) => recipients);
          const refused = ledger.refused.map(({ recipient }) => recipient);
          expect([...accepted, ...failed, ...refused].toSorted()).toEqual(everybody);
          expect(ledger.batches.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(accepted.length);
          expect(refused.filter((recipient) => !bad.has(recipient))).toEqual([]);
          expect(requests).toBeLessThanOrEqual(2 * MOST_REFUSALS + 1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("never uses a mark again for other recipients once a request with it may have been accepted", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.uniqueArray(fc.nat(299), { maxLength: 6 }),
        (count, culprits) => {
          const everybody = numbers(count);
          const bad = new Set(culprits.map((index) => everybody[index]));
          const { marks } = sendAll(everybody, bad, false);
          expect(new Set(marks).size).toBe(marks.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Plays a provider that refuses some recipients, until nothing is pending. */
function sendAll(
  everybody: readonly string[],
  bad: ReadonlySet<string | undefined>,
  isNamed: boolean,
): { ledger: Ledger; requests: number; accepted: string[]; marks: string[] } {
  let ledger = openLedger(everybody);
  const accepted: string[] = [];
  const marks: string[] = [];
  let requests = 0;
  for (let [piece] = ledger.pending; piece; [piece] = ledger.pending) {
    requests += 1;
    const culprit = piece.recipients.findIndex((recipient) => bad.has(recipient));
    if (culprit >= 0) {
      const text = isNamed ? `The format of parameter 'to[${culprit}]' is invalid` : SILENT.text;
      ledger = refusePiece(ledger, { ...SILENT, text });
      continue;
    }
    accepted.push(...piece.recipients);
    marks.push(piece.mark);
    ledger = closePiece(ledger, ACCEPTED);
  }
  return { ledger, requests, accepted, marks };
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

describe("closePiece with a batch that was found", () => {
  const found = { ...ACCEPTED, adopted: true };

  it("counts only those whom the batch is to; about the others nobody knows, so nothing is sent to them", () => {
    const [, ...reached] = numbers(4);
    const ledger = closePiece(openLedger(numbers(4)), { ...found, to: reached.map((number) => `+${number}`) });
    expect(ledger.batches).toMatchObject([{ recipients: 3, adopted: true }]);
    expect(ledger.pending).toEqual([]);
    expect(ledger.failures).toMatchObject([{ ending: "unknown", code: "not_in_batch", recipients: numbers(1) }]);
  });

  it.each([
    { title: "does not say whom it is to", to: undefined },
    { title: "names nobody", to: [] },
    { title: "names nobody of the piece", to: ["46999999999"] },
  ])("takes the whole piece as reached when the provider $title", ({ to }) => {
    const ledger = closePiece(openLedger(numbers(4)), { ...found, ...(to && { to }) });
    expect(ledger).toMatchObject({ pending: [], batches: [{ recipients: 4 }] });
  });
});
