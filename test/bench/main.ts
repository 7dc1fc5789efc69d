import { setMaxListeners } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BenchArguments, readBenchArguments, USAGE } from "./bench-arguments.ts";
import { benchTable, costTable } from "./bench-table.ts";
import { isRowReached } from "./judge.ts";
import { describeMachine, machineLoad } from "./machine.ts";
import type { RowReport } from "./measurement.ts";
import type { Row } from "./row.ts";
import { chooseRows, ROWS } from "./rows.ts";
import { scaledWith } from "./scaled.ts";

const given = readBenchArguments(process.argv.slice(2));
if (given === null) process.stdout.write(`${USAGE}\nrows:\n${ROWS.map(rowInWords).join("\n")}\n`);
else process.exitCode = await main(given);

/** @returns the exit code: 0 when every row that ran has reached what it should */
async function main({ rows: wanted, rounds, scale, isDurable, json }: BenchArguments): Promise<number> {
  const rows = chooseRows(wanted);
  const interrupt = new AbortController();
  // Every wait of every row listens to it.
  setMaxListeners(0, interrupt.signal);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
  const machine = [...(await describeMachine()), machineLoad()];
  console.log(machine.join("\n"));
  const reports: RowReport[] = [];
  let failures = 0;
  for (const row of rows) {
    if (interrupt.signal.aborted) break;
    console.log(`\n${rowInWords(row)} (${machineLoad()})`);
    const startedAt = Date.now();
    try {
      const setting = { rounds, isDurable, signal: interrupt.signal, scaled: scaledWith(scale), say };
      reports.push({ row: `${row.number} ${row.name}`, ...(await row.run(setting)) });
    } catch (error) {
      failures += 1;
      console.error(`${row.name} itself failed:`, interrupt.signal.aborted ? "interrupted" : error);
    }
    console.log(`  took ${Math.round((Date.now() - startedAt) / 1_000)} s`);
    save(json, { machine, rounds, scale, isDurable, reports });
  }
  console.log(`\n${benchTable(reports)}\n\n${costTable(reports)}`);
  for (const { row, notes } of reports) if (notes.length > 0) console.log(`\n${row}\n\n${notes.join("\n")}`);
  console.log(
    `\nWhat is lost or sent twice when everything dies: pnpm chaos, docs/chaos.md. At the end: ${machineLoad()}.`,
  );
  const missed = reports.filter((report) => !isRowReached(report)).map(({ row }) => row);
  console.log(`\n${verdict(reports, missed, failures)} Everything measured is in ${resolve(json)}.`);
  return missed.length + failures > 0 || reports.length === 0 ? 1 : 0;
}

function verdict(reports: readonly RowReport[], missed: readonly string[], failures: number): string {
  const failed = failures > 0 ? `${failures} rows did not run to their end. ` : "";
  if (missed.length > 0) return `${failed}Missed: ${missed.join(", ")}.`;
  return `${failed}${reports.length} rows have reached what they should.`;
}

function say(line: string): void {
  console.log(`  ${line}`);
}

function rowInWords({ number, name, about }: Row): string {
  return `${String(number).padStart(2)} ${name.padEnd(10)} ${about}`;
}

function save(file: string, content: object): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, JSON.stringify(content, null, 2));
}
