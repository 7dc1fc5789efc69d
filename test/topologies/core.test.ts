import { expect, it } from "@jest/globals";
import { runCore } from "./run-core.ts";
import { readTopologiesArguments } from "./topologies-arguments.ts";
import { TOPOLOGIES } from "./topologies.ts";

/** `pnpm topologies` tries all of them, and each for longer. */
const QUICK = new Set(["standalone", "cluster"]);

it.each(TOPOLOGIES.filter(({ name }) => QUICK.has(name)))(
  "on $title nobody is lost or texted twice though $fault, and no right is missing",
  async (topology) => {
    const report = await runCore(topology, { large: 6_000, rate: 2_000, lastsMs: 1_000 });
    expect(report).toMatchObject({ problems: [], asked: 6_405, once: 6_403, suppressed: 2, twice: 0, lost: 0 });
  },
  120_000,
);

const NAMES = ["sentinel", "cluster"];

it("the command line says what is wrong with it", () => {
  expect(readTopologiesArguments([], NAMES)).toEqual({ only: NAMES, recipients: 40_000, seconds: 10 });
  const given = ["--", "--only", "cluster, sentinel", "--recipients", "2000", "--seconds", "60"];
  expect(readTopologiesArguments(given, NAMES)).toEqual({
    only: ["cluster", "sentinel"],
    recipients: 2_000,
    seconds: 60,
  });
  expect(readTopologiesArguments(["--help"], NAMES)).toBeNull();
  expect(() => readTopologiesArguments(["--only", "moon"], NAMES)).toThrow(
    '--only: expected names of topologies (sentinel, cluster), got ["moon"]',
  );
  expect(() => readTopologiesArguments(["--seconds", "0"], NAMES)).toThrow("--seconds: expected a whole number from 1");
});
