import { expect, test } from "@jest/globals";
import { fingerprint } from "./fingerprint.ts";

const send = { from: "V", to: ["46701234567", "46701234568"], body: "Hi!", options: { a: 1, b: { c: 2, d: [1, 2] } } };

test("is 64 hexadecimal characters, the same for ever", () => {
  expect(fingerprint({ a: 1 })).toBe("015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
});

test.each([
  ["fields in another order", { options: send.options, body: send.body, to: send.to, from: send.from }],
  ["inner fields in another order", { ...send, options: { b: { d: [1, 2], c: 2 }, a: 1 } }],
  ["a field that is not there", { ...send, parameters: undefined }],
  ["the same after JSON", JSON.parse(JSON.stringify(send))],
])("does not see %s", (_, other) => {
  expect(fingerprint(other)).toBe(fingerprint(send));
});

test.each([
  ["another order of recipients", { ...send, to: send.to.toReversed() }],
  ["one character of the text", { ...send, body: "Hi?" }],
  ["a space", { ...send, body: "Hi! " }],
  ["one option", { ...send, options: { ...send.options, a: 2 } }],
  ["a text in place of a number", { ...send, options: { ...send.options, a: "1" } }],
  ["a field more", { ...send, v: 1 }],
  ["a field that is null", { ...send, parameters: null }],
])("sees %s", (_, other) => {
  expect(fingerprint(other)).not.toBe(fingerprint(send));
});

test("takes names that every object has for what they are", () => {
  expect(fingerprint(JSON.parse('{"__proto__":{"a":1}}'))).not.toBe(fingerprint({}));
});
