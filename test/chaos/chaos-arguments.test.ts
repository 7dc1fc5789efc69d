import { expect, test } from "@jest/globals";
import { readChaosArguments } from "./chaos-arguments.ts";

test("has a default for everything", () => {
  expect(readChaosArguments([])).toEqual({
    seed: 1,
    seeds: 1,
    seconds: 60,
    recipients: 20_000,
    faults: 38,
    redisKills: false,
    atOnce: 1,
    isVerbose: false,
    json: null,
  });
});

test("reads what is given, with and without the dashes that pnpm passes on", () => {
  const read = readChaosArguments(["--", "--seed", "7", "--redis-kills", "--json", "out.json"]);
  expect(read).toMatchObject({ seed: 7, redisKills: true, json: "out.json" });
});

test("asks for help with nothing to do", () => {
  expect(readChaosArguments(["--help"])).toBeNull();
});

test.each([
  ["--seeds", "0"],
  ["--seconds", "soon"],
  ["--at-once", "17"],
])("refuses %s %s", (name, value) => {
  expect(() => readChaosArguments([name, value])).toThrow(TypeError);
});
