import { expect, it } from "@jest/globals";
import { readMutationArguments, USAGE } from "./mutation-arguments.ts";
import { TARGETS } from "./targets.ts";

it("takes all files and an hour unless told otherwise", () => {
  expect(readMutationArguments([])).toEqual({ targets: TARGETS, minutes: 60 });
});

it("takes the files that are named, and the time", () => {
  const given = readMutationArguments(["--", "ledger", "classify", "--minutes", "5"]);
  expect(given?.minutes).toBe(5);
  expect(given?.targets.map(({ name }) => name)).toEqual(["classify", "ledger"]);
});

it.each([
  ["nothing-like-it"],
  ["ledger", "--minutes", "0"],
  ["--minutes", "soon"],
  ["--minutes", "1.5"],
  ["--seconds"],
])("refuses %p", (...args) => {
  expect(() => readMutationArguments(args)).toThrow(/unknown|expected/i);
});

it("tells how to use it", () => {
  expect(readMutationArguments(["--help"])).toBeNull();
  expect(USAGE).toContain("find-batch");
});
