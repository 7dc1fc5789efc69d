import { expect, test } from "@jest/globals";
import { fingerprint } from "./fingerprint.ts";

const send = { from: "V", to: ["46701234567", "46701234568"], body: "Hi!", options: { a: 1, b: { c: 2, d: [1, 2] } } };

test("is 64 hexadecimal characters", () => {
  expect(fingerprint(send)).toMatch(/^[0-9a-f]{64}$/);
});

test.each([
  ["fields in another order", { options: send.options, body: send.body, to: send.to, from: send.from }],
  ["inner fields in another order", { ...send, options: { b: { d: [1, 2], c: 2 }, a: 1 } }],
  ["a field that is not there", { ...send, parameters: undefined }],
  ["the same after JSON", JSON.parse(JSON.stringify(send))],
  ["a field that is null", { ...send, parameters: null, expire_at: null }],
  ["a null deep inside", { ...send, options: { a: 1, b: { c: 2, d: [1, 2], e: null }, f: null } }],
  ["what a field is by default", { ...send, v: 1, type: "mt_text", priority: "normal", delivery_report: "none" }],
  ["the label, by which it is found again", { ...send, label: "spring" }],
  ["parameters without any", { ...send, parameters: {} }],
  ["how numbers are written", { ...send, to: ["+46 70-123 45 67", "0046 (701) 234568"] }],
])("does not see %s", (_, other) => {
  expect(fingerprint(other)).toBe(fingerprint(send));
});

test.each([
  ["another order of recipients", { ...send, to: send.to.toReversed() }],
  ["one character of the text", { ...send, body: "Hi?" }],
  ["a space", { ...send, body: "Hi! " }],
  ["one option", { ...send, options: { ...send.options, a: 2 } }],
  ["a text in place of a number", { ...send, options: { ...send.options, a: "1" } }],
  ["a field more", { ...send, priority: "urgent" }],
  ["a duplicate", { ...send, to: [...send.to, ...send.to] }],
  ["who is rejected among them", { ...send, to: [...send.to, "nobody"] }],
  ["a null in a list", { ...send, options: { ...send.options, b: { c: 2, d: [1, null] } } }],
])("sees %s", (_, other) => {
  expect(fingerprint(other)).not.toBe(fingerprint(send));
});

test.each([
  ["a time with another offset", { send_at: "2026-12-01T09:00:00Z" }, { send_at: "2026-12-01T10:00+01" }],
  ["a time in UTC without an offset", { expire_at: "2026-12-01T09:00:00+00:00" }, { expire_at: "2026-12-01T09:00" }],
  ["a sender with separators", { from: "+1 (201) 555-0123" }, { from: "12015550123" }],
  ["who is rejected", { to: ["nobody", "46701234567"] }, { to: ["+1", "46701234567"] }],
  [
    "a header in capital letters",
    { type: "mt_binary", options: { udh: "AB" } },
    { type: "mt_binary", options: { udh: "ab" } },
  ],
  [
    "whose value it is, however the number is written",
    { parameters: { name: { "+46 70 123 45 67": "Ann", default: "you" } } },
    { parameters: { name: { default: "you", "46701234567": "Ann" } } },
  ],
])("does not see %s", (_, one, other) => {
  expect(fingerprint({ ...send, ...one })).toBe(fingerprint({ ...send, ...other }));
});

test.each([
  ["another time", { send_at: "2026-12-01T09:00:00Z" }, { send_at: "2026-12-01T09:00:00+01:00" }],
  ["another sender", { from: "Volley" }, { from: "volley" }],
  ["another value", { parameters: { name: { default: "you" } } }, { parameters: { name: { default: "all" } } }],
  ["parameters that are for nobody yet", { parameters: { name: {} } }, {}],
])("sees %s", (_, one, other) => {
  expect(fingerprint({ ...send, ...one })).not.toBe(fingerprint({ ...send, ...other }));
});

test("takes names that every object has for what they are", () => {
  expect(fingerprint(JSON.parse('{"__proto__":{"a":1}}'))).not.toBe(fingerprint({}));
});
