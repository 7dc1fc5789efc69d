import { type FailoversArguments, readFailoversArguments, USAGE } from "./failovers-arguments.ts";
import { type FailoversReport, runFailovers } from "./run-failovers.ts";

try {
  const given = readFailoversArguments(process.argv.slice(2));
  if (given === null) process.stdout.write(USAGE);
  else process.exitCode = await main(given);
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

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
