import { expect, test } from "@jest/globals";
import { readJobData } from "./job-data.ts";
import { noRecipients } from "./result.ts";

const message = { from: "12015550123", body: "Hi!", options: { a: [1, null, { b: true }] } };
const planned = {
  message,
  planned: {
    parts: 3,
    requested: 2_500,
    duplicate: 1,
    rejected: 1,
    refused: [{ index: 7, recipient: "+1" }],
    skipped: [7, 9],
  },
};
const settled = {
  message,
  settled: { state: "accepted", region: "eu", recipients: noRecipients(0), batches: [], refused: [], errors: [] },
};
const unsent = { certain: ["46701234567"], unknown: [], parameters: { name: { "46701234567": "Ann" } } };
const pieced = {
  send: { ...message, to: ["46701234567", "46701234568"] },
  pieces: {
    pending: [{ mark: "a", recipients: ["46701234567"] }],
    batches: [{ id: "01HEAWCHESCXG8SDG5R10VF8E1", recipients: 1, accepted_at: "2026-12-01T08:00:00Z", adopted: false }],
    refused: [{ recipient: "46701234568", code: "x", text: "why" }],
    failures: [{ ending: "expired", code: "expired", text: "too late", recipients: ["46701234569"] }],
    refusals: 1,
    alone: 1,
  },
};

test.each([
  ["planned", planned],
  ["settled", settled],
  ["settled", { ...settled, unsent }],
  ["pieced", pieced],
])("tells a %s send by its own field, also after it was JSON", (kind, data) => {
  expect(readJobData(data)).toEqual({ kind, data });
  expect(readJobData(JSON.parse(JSON.stringify(data)))).toEqual({ kind, data });
});

test.each([
  ["a send", { from: "12015550123", to: ["46701234567"], body: "Hi!" }],
  ["nothing", undefined],
  ["null", null],
  ["a text", "send"],
  ["two forms in one", { ...planned, ...settled }],
  ["a planned send with a field more", { ...planned, to: ["46701234567"] }],
  ["a planned send without parts", { message, planned: { ...planned.planned, parts: 0 } }],
  ["a planned send with a count that is none", { message, planned: { ...planned.planned, requested: -1 } }],
  ["a settled send in an unheard-of state", { message, settled: { ...settled.settled, state: "done" } }],
  ["a settled send with an unsent that is none", { ...settled, unsent: { certain: [5], unknown: [] } }],
  ["pieces with an unheard-of end", { ...pieced, pieces: { ...pieced.pieces, failures: [{ ending: "lost" }] } }],
  ["pieces without a count of refusals", { ...pieced, pieces: { ...pieced.pieces, refusals: undefined } }],
])("takes whatever is not one of them for a send to be read: %s", (_, data) => {
  expect(readJobData(data)).toEqual({ kind: "send", data });
});

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), "x");
}

test("reads its own forms around a send that is nested as deeply as a send may be", () => {
  // The send itself and the 31 levels of its options make 32.
  expect(readJobData({ ...pieced, send: { ...pieced.send, options: nested(31) } }).kind).toBe("pieced");
  expect(readJobData({ ...planned, message: { ...message, options: nested(31) } }).kind).toBe("planned");
});

test("takes nesting that would exhaust the stack for a send to be refused", () => {
  expect(readJobData({ ...planned, message: { deep: nested(50_000) } }).kind).toBe("send");
});

test("reads a ledger that an older worker wrote, before recipients refused alone were counted", () => {
  const { alone: _, ...older } = pieced.pieces;
  const read = readJobData({ ...pieced, pieces: older });
  expect(read).toEqual({ kind: "pieced", data: { ...pieced, pieces: { ...older, alone: 0 } } });
});
