import { runCommand } from "../stage/run-command.ts";
import { type CoreReport, runCore } from "./run-core.ts";
import { readTopologiesArguments, type TopologiesArguments, usageOf } from "./topologies-arguments.ts";
import { TOPOLOGIES } from "./topologies.ts";
import type { Topology } from "./topology.ts";

/** Slow enough that the campaign is under way while Redis is away, in recipients a second. */
const RATE = 2_000;

const NAMES = TOPOLOGIES.map(({ name }) => name);

const COLUMNS = [
  "Redis",
  "what happens to it",
  "asked",
  "once",
  "lost",
  "twice",
  "unknown",
  "asked again",
  "silent (s)",
];

await runCommand((given) => readTopologiesArguments(given, NAMES), usageOf(NAMES), main);

/** @returns the exit code: 0 when no topology has a problem, and each could be tried */
async function main({ only, recipients, seconds }: TopologiesArguments): Promise<number> {
  const rows: string[] = [];
  const problems: string[] = [];
  for (const topology of TOPOLOGIES.filter(({ name }) => only.includes(name))) {
    const { name } = topology;
    try {
      const report = await runCore(topology, { large: recipients, rate: RATE, lastsMs: seconds * 1_000 });
      rows.push(rowOf(topology, report));
      problems.push(...report.problems.map((text) => `${name}: ${text}`));
      console.error(`${name}: on ${report.how}, ${Math.round(report.durationMs / 1_000)} s`);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log([cells(COLUMNS), cells(COLUMNS.map(() => "---")), ...rows].join("\n"));
  for (const problem of problems) console.error(problem);
  return problems.length > 0 ? 1 : 0;
}

function rowOf({ title, fault }: Topology, report: CoreReport): string {
  const { asked, once, lost, twice, unknown, sendsForgotten, silentMs } = report;
  return cells([title, fault, asked, once, lost, twice, unknown, sendsForgotten, (silentMs / 1_000).toFixed(1)]);
}

function cells(texts: readonly (string | number)[]): string {
  return `| ${texts.join(" | ")} |`;
}
