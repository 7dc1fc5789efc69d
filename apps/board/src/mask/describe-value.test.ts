import { expect, it } from "@jest/globals";

import { describeValue } from "./describe-value.ts";

it.each([
  ["", "text of 0 characters"],
  ["x", "text of 1 character"],
  [9_999, 9_999],
  [10_000, "a long number"],
  [-10_000, "a long number"],
  [[], "list of 0 entries"],
  [["46701234567"], "list of 1 entry"],
  [true, true],
  [null, null],
  [undefined, undefined],
  [
    { name: { first: "Ann" }, "46701234567": 1 },
    { name: { first: "text of 3 characters" }, "(11 characters)": 1 },
  ],
])("describes %j", (value, described) => {
  expect(describeValue(value)).toEqual(described);
});

it("looks four levels deep", () => {
  const deep = { a: { b: { c: { d: { e: "46701234567" } } } } };
  expect(describeValue(deep)).toEqual({ a: { b: { c: { d: "an object" } } } });
});
