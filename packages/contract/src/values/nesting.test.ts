import { expect, test } from "@jest/globals";
import { isNestedDeeper } from "./nesting.ts";

function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner, _, index) => (index % 2 ? { inner } : [inner]), "text");
}

test.each([
  [0, false],
  [1, false],
  [31, false],
  [32, false],
  [33, true],
  [50_000, true],
])("tells whether %i levels are more than 32: %p", (levels, expected) => {
  expect(isNestedDeeper(nested(levels), 32)).toBe(expected);
});

test("ends with a value that refers to itself", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  expect(isNestedDeeper(circle, 32)).toBe(true);
});

test.each([null, undefined, 5, "text"])("finds no level in %p", (value) => {
  expect(isNestedDeeper(value, 0)).toBe(false);
});
