import { runCommand } from "../stage/run-command.ts";
import { drawCurve } from "./draw-curve.ts";
import { problemsOf } from "./judge-rolling-restart.ts";
import { readRollingRestartArguments, type RollingRestartArguments, USAGE } from "./rolling-restart-arguments.ts";
import { runRollingRestart } from "./run-rolling-restart.ts";

await runCommand(readRollingRestartArguments, USAGE, main);

/** @returns the exit code: 0 when there is no problem */
async function main({ isJson, ...terms }: RollingRestartArguments): Promise<number> {
  const report = await runRollingRestart(terms);
  const { asked, once, lost, twice, unknown, adopted, silentMs } = report;
  if (isJson) console.log(JSON.stringify(report));
  else {
    console.log(drawCurve(report).join("\n"));
    const seconds = (silentMs / 1_000).toFixed(1);
    console.log(
      `${asked} asked, ${once} once, ${lost} lost, ${twice} twice, ${unknown} unknown, ${adopted} batches found by asking; ` +
        `${seconds} s at most without an accepted batch`,
    );
  }
  const problems = problemsOf(report);
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}
