import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "./fault.ts";
import { type FaultsArguments, readFaultsArguments, usageOf } from "./faults-arguments.ts";
import { FAULTS } from "./faults.ts";
import { problemsOf } from "./judge-fault.ts";
import { type FaultReport, runFault } from "./run-fault.ts";
import { tableHead, tableRow } from "./table.ts";
import { runCommand } from "../stage/run-command.ts";

/** Ten people each, before the fault, as many while it lasts, and a tenth of it afterwards; and one large send. */
const LOAD = { singles: 200, large: 3_000 };

const NAMES = FAULTS.map(({ name }) => name);

await runCommand((given) => readFaultsArguments(given, NAMES), usageOf(NAMES), main);

/** @returns the exit code: 0 when no row has a problem */
async function main({ only, atOnce, logs }: FaultsArguments): Promise<number> {
  const left = FAULTS.filter(({ name }) => only.includes(name));
  const wanted = [...left];
  const rows = new Map<string, string>();
  const problems: string[] = [];
  const work = async (): Promise<void> => {
    for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
      const { name } = fault;
      try {
        const report = await runFault(fault, LOAD);
        rows.set(name, tableRow(fault, report));
        problems.push(...problemsOf(fault, report).map((text) => `${name}: ${text}`));
        if (logs !== null) keepLogs(logs, report);
        progress(fault, report);
      } catch (error) {
        problems.push(`${name}: the run itself failed: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  console.log([...tableHead(), ...wanted.flatMap(({ name }) => rows.get(name) ?? [])].join("\n"));
  for (const problem of problems) console.error(problem);
  return problems.length > 0 || rows.size === 0 ? 1 : 0;
}

function progress({ name }: Fault, { durationMs, asked, once, questions }: FaultReport): void {
  const took = Math.round(durationMs / 1_000);
  console.error(`${name}: ${asked} people, ${once} texted once, ${questions} questions, ${took} s`);
}

function keepLogs(folder: string, { name, logs }: FaultReport): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, log] of logs.entries()) writeFileSync(join(folder, `${name}-${index}.log`), log);
}
