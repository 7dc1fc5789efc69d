import type { Fault } from "./fault.ts";
import type { FaultReport } from "./run-fault.ts";

const COLUMNS = [
  "fault",
  "lost",
  "twice",
  "first text after (s)",
  "lines a minute (warnings)",
  "`/livez`",
  "`/readyz`",
  "the metric that tells",
  "counted / at the provider",
];

/** The head of the table, in Markdown. */
export function tableHead(): string[] {
  return [rowOf(COLUMNS), rowOf(COLUMNS.map(() => "---"))];
}

/** One fault. */
export function tableRow({ tells }: Fault, report: FaultReport): string {
  const { title, lost, twice, firstTextAfterMs, lines, livez, readyz, move, counted, atProvider } = report;
  return rowOf([
    title,
    lost,
    twice,
    firstTextAfterMs === null ? "never" : (firstTextAfterMs / 1_000).toFixed(1),
    `${lines.all} (${lines.warnings})`,
    answersOf(livez),
    answersOf(readyz),
    `\`${tells.name}${tells.label === undefined ? "" : `{${tells.label}}`}\` ${rounded(move.from)} → ${rounded(move.to)}`,
    `${counted} / ${atProvider}`,
  ]);
}

function answersOf(answers: readonly (number | null)[]): string {
  return answers.map((answer) => answer ?? "no answer").join(", ");
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function rowOf(cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}
