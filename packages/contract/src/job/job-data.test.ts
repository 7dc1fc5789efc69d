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
    rejections: [{ index: 7, recipient: "+1" }],
    skipped: [7, 9],
  },
};
const settled = {
  message,
  settled: { state: "accepted", region: "eu", recipients: noRecipients(0), batches: [], rejected: [], errors: [] },
};
const unsent = { certain: ["46701234567"], unknown: [], parameters: { name: { "46701234567": "Ann" } } };
test.each([
  ["planned", planned],
  ["settled", settled],
  ["settled", { ...settled, unsent }],
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
])("takes whatever is not one of them for a send to be read: %s", (_, data) => {
  expect(readJobData(data)).toEqual({ kind: "send", data });
});

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => ({ inner }), "x");
}

test("reads its own forms around a send that is nested as deeply as a send may be", () => {
  // The message itself and the 31 levels of its options make 32.
  expect(readJobData({ ...planned, message: { ...message, options: nested(31) } }).kind).toBe("planned");
});

test("takes nesting that would exhaust the stack for a send to be refused", () => {
  expect(readJobData({ ...planned, message: { deep: nested(50_000) } }).kind).toBe("send");
});
