import type { ChaosReport } from "./run-chaos.ts";

const COLUMNS = [
  "seed",
  "recipients",
  "once",
  "twice",
  "lost",
  "unknown",
  "forgotten",
  "suppressed",
  "reported",
  "faults",
  "worker / webhooks / Redis / provider",
  "batches",
  "while struck",
  "lots",
  "adopted",
  "seconds",
];

/** The head of the table, in Markdown. */
export function tableHead(): string[] {
  return [rowOf(COLUMNS), rowOf(COLUMNS.map((name) => "-".repeat(name.length - 1) + ":"))];
}

/** One seed. */
export function tableRow(report: ChaosReport): string {
  const { seed, asked, once, twice, lost, unknown, forgotten, suppressed } = report;
  const { reported, adopted, strikes, durationMs, batches } = report;
  const count = (begin: (kind: string) => boolean): number =>
    Object.entries(strikes).reduce((sum, [kind, times]) => (begin(kind) ? sum + times : sum), 0);
  const workers = count((kind) => kind.startsWith("worker_"));
  const webhooks = count((kind) => kind.startsWith("webhooks_"));
  const redis = count((kind) => kind.startsWith("redis_"));
  const all = count(() => true);
  const cells = [
    seed,
    asked,
    once,
    twice,
    lost,
    unknown,
    forgotten,
    suppressed,
    reported,
    all,
    `${workers} / ${webhooks} / ${redis} / ${all - workers - webhooks - redis}`,
    batches.all,
    batches.whileStruck,
    batches.lots,
    adopted,
    Math.round(durationMs / 1_000),
  ];
  return rowOf(cells.map((cell, index) => String(cell).padStart(COLUMNS[index]?.length ?? 0)));
}

/** What all seeds were made of and came to, in lines. */
export function tableFoot(reports: readonly ChaosReport[]): string[] {
  return [
    `faults by kind: ${totalsOf(reports.map(({ strikes }) => strikes))}`,
    `sends by kind: ${totalsOf(reports.map(({ mix }) => mix))}`,
    totalsInWords(reports),
    optOutsInWords(reports),
  ];
}

function optOutsInWords(reports: readonly ChaosReport[]): string {
  const sum = (count: (report: ChaosReport) => number): string =>
    reports.reduce((total, report) => total + count(report), 0).toLocaleString("en");
  const of = (name: keyof ChaosReport["optOuts"]): string => sum(({ optOuts }) => optOuts[name]);
  return (
    `opt-outs: ${of("acknowledged")} acknowledged, ${of("texted")} texted after it, ` +
    `${of("begun")} in requests that had begun before, ${of("forgotten")} after Redis had forgotten it; ` +
    `${sum(({ suppressed }) => suppressed)} left out of a send`
  );
}

function totalsInWords(reports: readonly ChaosReport[]): string {
  const sum = (count: (report: ChaosReport) => number): string =>
    reports.reduce((total, report) => total + count(report), 0).toLocaleString("en");
  const faults = sum(({ strikes }) => Object.values(strikes).reduce((total, times) => total + times, 0));
  return (
    `${reports.length} seeds, ${sum(({ asked }) => asked)} recipients, ${faults} faults: ` +
    `${sum(({ twice }) => twice)} texted twice, ${sum(({ lost }) => lost)} lost, ${sum(({ unknown }) => unknown)} unknown; ` +
    `${sum(({ reported }) => reported)} ends counted as the provider knows them; ` +
    `${sum(({ forgotten }) => forgotten)} coalesced messages twice that Redis had forgotten; ` +
    `${sum(({ batches }) => batches.lots)} lots cut for a pace; ` +
    `${sum(({ adopted }) => adopted)} batches found by asking`
  );
}

function totalsOf(counts: readonly Readonly<Record<string, number>>[]): string {
  const totals = new Map<string, number>();
  for (const [kind, times] of counts.flatMap((of) => Object.entries(of))) {
    totals.set(kind, (totals.get(kind) ?? 0) + times);
  }
  return [...totals].map(([kind, times]) => `${kind} ${times}`).join(", ");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
