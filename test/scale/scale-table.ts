import { mostOfOne, type Mix, redisesFor, simulateDay } from "./simulate-day.ts";

/** Who texts how, in words. */
const MIXES: readonly (readonly [string, Mix])[] = [
  ["campaigns alone", { campaign: 1, coalesced: 0, single: 0 }],
  ["90 % campaigns, 9 % coalesced, 1 % single", { campaign: 0.9, coalesced: 0.09, single: 0.01 }],
  ["coalesced alone", { campaign: 0, coalesced: 1, single: 0 }],
  ["single sends alone", { campaign: 0, coalesced: 0, single: 1 }],
];

const DAYS = [1_000_000, 10_000_000, 100_000_000];

const COLUMNS = [
  "recipients a day",
  "how",
  "busiest minute (a second)",
  "one Redis busy",
  "latest on one (min)",
  "Redis needed",
  "worker CPUs",
  "kept (GB)",
];

/** The table, in Markdown, and where one Redis ends for each mix. */
export function scaleTable(): string[] {
  const rows = DAYS.flatMap((recipients) =>
    MIXES.map(([words, mix]) => {
      const day = simulateDay(recipients, mix, 1);
      return cells([
        recipients.toLocaleString("en"),
        words,
        Math.round(day.peakPerSecond).toLocaleString("en"),
        `${(day.redisBusy * 100).toFixed(day.redisBusy < 0.1 ? 1 : 0)} %`,
        day.latestMinutes.toFixed(0),
        redisesFor(recipients, mix),
        day.workerCpus < 0.1 ? "< 0.1" : day.workerCpus.toFixed(1),
        (day.keptBytes / 1e9).toFixed(1),
      ]);
    }),
  );
  const ends = MIXES.map(
    ([words, mix]) => `One Redis ends at ${Math.floor(mostOfOne(mix) / 1e6)} million a day: ${words}.`,
  );
  return [cells(COLUMNS), cells(COLUMNS.map(() => "---")), ...rows, "", ...ends];
}

function cells(texts: readonly (string | number)[]): string {
  return `| ${texts.join(" | ")} |`;
}
