import { expect, test } from "@jest/globals";
import { bodyWithNulls, bodyWithoutNulls } from "./json-body.ts";

const fields = { a: null, b: undefined, c: { d: null, e: [1] }, f: new Date(0) };

test("leaves nulls out where something is made", () => {
  expect(bodyWithoutNulls(fields)).toBe('{"c":{"e":[1]},"f":"1970-01-01T00:00:00.000Z"}');
});

test("says null where something is changed", () => {
  expect(bodyWithNulls(fields)).toBe('{"a":null,"c":{"d":null,"e":[1]},"f":"1970-01-01T00:00:00.000Z"}');
});
