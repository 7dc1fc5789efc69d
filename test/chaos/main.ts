import { setMaxListeners } from "node:events";
import { writeFileSync } from "node:fs";
import { readChaosArguments, USAGE, type ChaosArguments } from "./chaos-arguments.ts";
import { tableFoot, tableHead, tableRow } from "./chaos-table.ts";
import { runChaos, type ChaosReport } from "./run-chaos.ts";

const given = readChaosArguments(process.argv.slice(2));
if (given === null) process.stdout.write(USAGE);
else process.exitCode = await main(given);

/** @returns the exit code: 0 when no seed had a violation */
async function main(wanted: ChaosArguments): Promise<number> {
  const interrupt = new AbortController();
  // Every ask and every strike waits for its time with this signal.
  setMaxListeners(0, interrupt.signal);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
  const { seed, seeds, atOnce, isVerbose, json } = wanted;
  const left = Array.from({ length: seeds }, (_, index) => seed + index);
  const reports: ChaosReport[] = [];
  let crashes = 0;
  console.log(tableHead().join("\n"));
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !interrupt.signal.aborted; next = left.shift()) {
      const current = next;
      const say = (line: string): void => {
        if (isVerbose) console.log(`[${current}] ${line}`);
      };
      try {
        const report = await runChaos({ ...wanted, seed: current, say, signal: interrupt.signal });
        reports.push(report);
        print(report);
      } catch (error) {
        crashes += 1;
        console.error(`seed ${current}: the run itself failed:`, interrupt.signal.aborted ? "interrupted" : error);
      }
      if (json !== null) writeFileSync(json, JSON.stringify(reports, null, 2));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  console.log(["", ...tableFoot(reports)].join("\n"));
  const bad = reports.filter(({ violations }) => violations.length > 0).map((report) => report.seed);
  if (bad.length > 0) console.log(`violations in seeds ${bad.join(", ")}; run one again with --seed N`);
  return bad.length > 0 || crashes > 0 ? 1 : 0;
}

function print(report: ChaosReport): void {
  console.log(tableRow(report));
  if (report.violations.length === 0) return;
  console.log([`\nseed ${report.seed}:`, ...report.evidence, ""].join("\n"));
}
