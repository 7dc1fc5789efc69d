import type { StrikeKind } from "./chaos-plan.ts";
import type { ChaosReport } from "./run-chaos.ts";

const COLUMNS = [
  "seed",
  "recipients",
  "once",
  "twice",
  "lost",
  "unknown",
  "faults",
  "worker / Redis / provider",
  "batches",
  "while struck",
  "adopted",
  "seconds",
];

/** The head of the table, in Markdown. */
export function tableHead(): string[] {
  return [rowOf(COLUMNS), rowOf(COLUMNS.map((name) => "-".repeat(name.length - 1) + ":"))];
}

/** One seed. */
export function tableRow(report: ChaosReport): string {
  const { seed, asked, once, twice, lost, unknown, adopted, strikes, durationMs, batches } = report;
  const count = (begin: (kind: string) => boolean): number =>
    Object.entries(strikes).reduce((sum, [kind, times]) => (begin(kind) ? sum + times : sum), 0);
  const workers = count((kind) => kind.startsWith("worker_"));
  const redis = count((kind) => kind.startsWith("redis_"));
  const all = count(() => true);
  const cells = [
    seed,
    asked,
    once,
    twice,
    lost,
    unknown,
    all,
    `${workers} / ${redis} / ${all - workers - redis}`,
    batches.all,
    batches.whileStruck,
    adopted,
    Math.round(durationMs / 1_000),
  ];
  return rowOf(cells.map((cell, index) => String(cell).padStart(COLUMNS[index]?.length ?? 0)));
}

/** All strikes of all seeds by kind, in one line. */
export function strikesByKind(reports: readonly ChaosReport[]): string {
  const totals = new Map<string, number>();
  for (const { strikes } of reports) {
    for (const [kind, times] of Object.entries(strikes) as [StrikeKind, number][]) {
      totals.set(kind, (totals.get(kind) ?? 0) + times);
    }
  }
  return [...totals].map(([kind, times]) => `${kind} ${times}`).join(", ");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
