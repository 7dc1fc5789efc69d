import { expect, test } from "@jest/globals";
import { kindOf, shownName, withArticle } from "./kind-of.ts";

test.each([
  [undefined, "nothing"],
  [null, "null"],
  [true, "true"],
  [0, "0"],
  [-99, "-99"],
  [100, "a number"],
  [1.5, "a number"],
  [Number.NaN, "a number"],
  [7n, "a bigint"],
  [Symbol("46701234567"), "a symbol"],
  [() => 1, "a function"],
  [{}, "an object"],
  [[], "0 entries"],
  [["46701234567"], "1 entry"],
  ["", "0 characters"],
  ["7", '"7"'],
  ["x", "1 character"],
  ["100", "3 characters"],
  ["2026-12-01", "a date without a time"],
  ["2026-02-30T09:00:00Z", '"2026-02-30T09:00:00Z"'],
  ["2026-12-01 09:00", '"2026-12-01 09:00"'],
  ["4670-12-34T56:78:90Z", "20 characters"],
  ["2026-12-01T09:00:00.467012345Z", "30 characters"],
])("%p is %s", (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

test("repeats the field's own words in any spelling, and no other", () => {
  const words = ["per_recipient"];
  expect(kindOf("Per-Recipient", { words })).toBe('"Per-Recipient"');
  expect(kindOf("per_recipient46701234567", { words })).toBe("24 characters");
});

test.each([
  [true, "a boolean"],
  [5, "a number"],
  ["2026-12-01T09:00:00Z", "20 characters"],
  ["urgent", "6 characters"],
])("only describes %p in a private field", (value, kind) => {
  expect(kindOf(value, { words: ["urgent"], isPrivate: true })).toBe(kind);
});

test.each([
  ["send_at", "send_at"],
  ["address-2.old", "address-2.old"],
  ["code12345", "code12345"],
  ["code123456", "(10 characters)"],
  ["46701234567", "(11 characters)"],
  ["+46 70 123 45 67", "(16 characters)"],
  ["Dear Ann", "(8 characters)"],
  ["x".repeat(41), "(41 characters)"],
  ["", "(0 characters)"],
])("shows the name %p as %s", (name, shown) => {
  expect(shownName(name)).toBe(shown);
});

test.each([
  ["string", "a string"],
  ["object", "an object"],
  ["array", "an array"],
])("writes %s as %s", (type, expected) => {
  expect(withArticle(type)).toBe(expected);
});
