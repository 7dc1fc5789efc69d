import { expect, it } from "@jest/globals";
import { scoreOf } from "./mutation-score.ts";

function mutant(status: string, line = 1, replacement = "x") {
  return { status, mutatorName: "EqualityOperator", replacement, location: { start: { line } } };
}

it("counts as killed what fails or never ends, and as survived what no test notices or runs", () => {
  const mutants = ["Killed", "Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError", "Ignored", "CompileError"];
  const report = { files: { a: { mutants: mutants.map((status) => mutant(status)) } } };
  expect(scoreOf(report)).toMatchObject({ killed: 3, survived: 2, percent: 60 });
});

it("shows the survivors by line, each on one", () => {
  const files = {
    a: { mutants: [mutant("Survived", 9, "if (false) {\n  b\n}"), mutant("Killed", 3), mutant("NoCoverage", 2, "!c")] },
  };
  expect(scoreOf({ files }).survivors).toEqual(["2: !c", "9: if (false) { b }"]);
});

it("has no share of nothing", () => {
  expect(scoreOf({ files: {} })).toEqual({ killed: 0, survived: 0, percent: null, survivors: [] });
});
