import { expect, test } from "@jest/globals";
import { readBenchArguments } from "./bench-arguments.ts";

test("without arguments everything runs in full, three rounds each", () => {
  expect(readBenchArguments([])).toEqual({
    rows: [],
    rounds: 3,
    scale: 1,
    isDurable: false,
    json: ".volley/bench-result.json",
  });
});

test("rows are numbers or names, and pnpm's own dashes are passed over", () => {
  expect(readBenchArguments(["--", "--rows", "1, singles,,3", "--rounds", "5"])).toMatchObject({
    rows: ["1", "singles", "3"],
    rounds: 5,
  });
});

test("quick is a tenth, and a scale of one's own goes before it", () => {
  expect(readBenchArguments(["--quick"])).toMatchObject({ scale: 0.1 });
  expect(readBenchArguments(["--quick", "--scale", "0.002"])).toMatchObject({ scale: 0.002 });
});

test("help is asked for with --help", () => {
  expect(readBenchArguments(["--help"])).toBeNull();
});

test.each([
  ["--rounds", "0"],
  ["--rounds", "many"],
  ["--scale", "0"],
  ["--scale", "2"],
  ["--scale", "x"],
])("%s %s is refused by name", (name, value) => {
  expect(() => readBenchArguments([name, value])).toThrow(name);
});
