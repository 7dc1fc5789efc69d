import { expect, it } from "@jest/globals";
import { drawCurve } from "./draw-curve.ts";
import { problemsOf } from "./judge-rolling-restart.ts";
import { readRollingRestartArguments } from "./rolling-restart-arguments.ts";
import { runRollingRestart } from "./run-rolling-restart.ts";

/** `pnpm rolling-restart` does the same with four workers and 100,000 people. */
it("replaces workers in the middle of a campaign, and nobody is lost or texted twice", async () => {
  const report = await runRollingRestart({ workers: 2, recipients: 12_000, seconds: 8 });
  expect({ ...report, problems: problemsOf(report) }).toMatchObject({ problems: [], once: 12_000, exitCodes: [0, 0] });
  expect(report.perSecond.reduce((sum, count) => sum + count, 0)).toBe(12_000);
  const silent = problemsOf({ ...report, silentMs: 5_001, exitCodes: [null], problems: ["lost: somebody"] });
  expect(silent).toHaveLength(3);
}, 120_000);

it("draws what was accepted in each second, and when a worker was replaced", () => {
  const curve = drawCurve({
    perSecond: [8, 4, 0],
    replacements: [{ startedAt: 1_200, readyAt: 1_400, endedAt: 1_900 }],
  });
  expect(curve).toEqual([
    "     8/s │█",
    ...Array<string>(3).fill("         │█"),
    ...Array<string>(4).fill("         │██"),
    "       0 └─── 3 s",
    "           ▲",
  ]);
});

it("the command line says what is wrong with it", () => {
  const defaults = { workers: 4, recipients: 100_000, seconds: 60, isJson: false };
  expect(readRollingRestartArguments([])).toEqual(defaults);
  expect(readRollingRestartArguments(["--", "--json"])).toEqual({ ...defaults, isJson: true });
  expect(readRollingRestartArguments(["--help"])).toBeNull();
  expect(() => readRollingRestartArguments(["--workers", "9"])).toThrow(
    "--workers: expected a whole number from 1 to 8",
  );
});
