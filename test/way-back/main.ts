import { runWayBack, type WayBackReport } from "./run-way-back.ts";
import { readWayBackArguments, USAGE, type WayBackArguments } from "./way-back-arguments.ts";
import { runCommand } from "../stage/run-command.ts";

await runCommand(readWayBackArguments, USAGE, main);

/** @returns the exit code: 0 when what Volley tells is what the provider knows */
async function main(given: WayBackArguments): Promise<number> {
  const report = await runWayBack({ ...given, say: (line) => console.log(line) });
  console.log(["", ...tableOf(report), ""].join("\n"));
  for (const problem of report.problems) console.log(problem);
  return report.problems.length === 0 ? 0 : 1;
}

function tableOf(report: WayBackReport): string[] {
  const { recipients, batches, callbacks, events, readAgain, webhooksKills, redisKills, problems, seconds } = report;
  const cells: readonly (readonly [string, number])[] = [
    ["recipients", recipients],
    ["batches", batches],
    ["callbacks taken", callbacks.delivered],
    ["before the 201", callbacks.early],
    ["tries", callbacks.attempts],
    ["webhooks killed", webhooksKills],
    ["Redis killed", redisKills],
    ["events", events],
    ["twice from the queue", readAgain],
    ["mistakes", problems.length],
    ["seconds", Math.round(seconds)],
  ];
  return [
    rowOf(cells.map(([name]) => name)),
    rowOf(cells.map(([name]) => `${"-".repeat(name.length - 1)}:`)),
    rowOf(cells.map(([name, value]) => value.toLocaleString("en").padStart(name.length))),
  ];
}

function rowOf(texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}
