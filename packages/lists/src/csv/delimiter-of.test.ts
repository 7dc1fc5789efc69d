import { describe, expect, it } from "@jest/globals";
import { delimiterOf } from "./delimiter-of.ts";

describe("delimiterOf", () => {
  it.each([
    ["number,name\n1;2;3;4,5", ","],
    ["number;name\n1,2,3,4;5", ";"],
    ["number\tname, first\ttown\n", "\t"],
    ["number", ","],
    ["", ","],
    ["\n\nnumber;name\n", ";"],
    ['"number, or the like, of course";name', ";"],
    ['"a\nb";c,d;e', ";"],
    ["number;name\r1,2,3", ";"],
  ])("of %j is %j", (start, delimiter) => {
    expect(delimiterOf(start)).toBe(delimiter);
  });
});
