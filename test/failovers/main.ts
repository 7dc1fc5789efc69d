import { type FailoversArguments, readFailoversArguments, USAGE } from "./failovers-arguments.ts";
import { type FailoversReport, runFailovers } from "./run-failovers.ts";
import { runCommand } from "../stage/run-command.ts";

await runCommand(readFailoversArguments, USAGE, main);

/** @returns the exit code: 0 when no opt-out is lost */
async function main(given: FailoversArguments): Promise<number> {
  const reports: FailoversReport[] = [];
  for (const how of given.hows) reports.push(await runFailovers(how, { ...given, say: (line) => console.log(line) }));
  for (const { how, tries, acknowledged, lost, texted, seconds } of reports) {
    const rest = `${acknowledged} acknowledged, ${texted} texted afterwards, ${seconds.toFixed(0)} s`;
    console.log(`${how}: ${tries} tries, ${lost} opt-outs lost (${rest})`);
  }
  return reports.every(({ lost, texted }) => lost + texted === 0) ? 0 : 1;
}
