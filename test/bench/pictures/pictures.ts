import { drawLines, type Line, type LineChart } from "./line-chart.ts";
import type { MeasuredRow } from "./measured.ts";

type Point = {
  readonly recipients: number;
  readonly costs: readonly { readonly process: string; readonly cpuUsPerRecipient: number }[];
  readonly series: readonly { readonly second: number; readonly bytes: Readonly<Record<string, number>> }[];
};

type Rates = readonly {
  readonly perProcess: number;
  readonly latencyMs: number;
  readonly rates: readonly { readonly size: number; readonly median: number }[];
}[];

type Paced = readonly { readonly name: string; readonly limit: number; readonly perSecond: readonly number[] }[];

type Campaigns = {
  readonly aloneMs: number;
  readonly atOnce: number;
  readonly count: number;
  /** Of some of them at even distances, the first and the last among them. */
  readonly ends: readonly number[];
};

/** The emulator is no part of Volley: it remembers everybody. */
const OURS = ["producer", "worker", "redis"];

const PICTURES: Readonly<Record<string, { readonly row: string; readonly chart: (data: never) => LineChart }>> = {
  cost: { row: "11 curve", chart: costChart },
  memory: { row: "11 curve", chart: memoryChart },
  processes: { row: "19 processes", chart: processesChart },
  pace: { row: "9 pace", chart: paceChart },
  campaigns: { row: "21 campaigns", chart: campaignsChart },
};

/** The pictures that can be drawn of what was measured, as SVG by their names. */
export function drawPictures(rows: readonly MeasuredRow[]): Map<string, string> {
  const pictures = new Map<string, string>();
  for (const [name, { row, chart }] of Object.entries(PICTURES)) {
    const data = rows.find((each) => each.row === row)?.data;
    if (data !== undefined) pictures.set(name, drawLines(chart(data as never)));
  }
  return pictures;
}

function costChart(points: readonly Point[]): LineChart {
  const line = (name: string): Line => ({
    name,
    points: points.map(({ recipients, costs }) => [
      recipients,
      costs.find(({ process }) => process === name)?.cpuUsPerRecipient ?? NaN,
    ]),
  });
  return {
    title: "What a recipient costs, by the size of the send",
    subtitle: "From the call of the producer to the result: starting costs are shared by more and more people.",
    x: { label: "recipients of the send", isLogarithmic: true },
    y: { label: "µs of processor time per recipient", isLogarithmic: true },
    lines: OURS.map(line),
  };
}

function memoryChart(points: readonly Point[]): LineChart {
  const { recipients, series } = points.at(-1) ?? { recipients: 0, series: [] };
  return {
    title: `Memory while ${recipients.toLocaleString("en")} recipients are staged and sent`,
    subtitle: "Neither producer nor worker grows with the list; Redis holds those who wait.",
    x: { label: "seconds" },
    y: { label: "MB resident" },
    lines: OURS.map((name) => ({
      name,
      points: series.map(({ second, bytes }) => [second, (bytes[name] ?? NaN) / 1e6]),
    })),
  };
}

function processesChart(pressures: Rates): LineChart {
  const one = pressures[0]?.rates[0]?.median ?? NaN;
  const sizes = pressures[0]?.rates.map(({ size }) => size) ?? [];
  return {
    title: "What more worker processes bring",
    subtitle: "One send on two cores, which also carry Redis and the provider.",
    x: { label: "worker processes", marks: [0, 1, 2, 3, 4] },
    y: { label: "recipients per second" },
    lines: [
      ...pressures.map(({ latencyMs, perProcess, rates }) => ({
        name: `${latencyMs} ms, ${perProcess} each`,
        points: rates.map(({ size, median }) => [size, median] as const),
      })),
      { name: "as many times one", points: sizes.map((size) => [size, size * one]), isWanted: true },
    ],
  };
}

function paceChart(paced: Paced): LineChart {
  const seconds = Math.max(...paced.map(({ perSecond }) => perSecond.length));
  const limit = paced[0]?.limit ?? NaN;
  return {
    title: `A limit of ${limit.toLocaleString("en")} recipients per second over a minute`,
    subtitle: "Four worker processes, by the provider's clock.",
    x: { label: "second" },
    y: { label: "recipients in this second" },
    lines: [
      ...paced.map(({ name, perSecond }) => ({ name, points: perSecond.map((sum, second) => [second, sum] as const) })),
      {
        name: "the limit",
        points: [
          [0, limit],
          [seconds, limit],
        ],
        isWanted: true,
      },
    ],
  };
}

function campaignsChart({ ends, count, atOnce, aloneMs }: Campaigns): LineChart {
  const placeOf = (index: number): number => 1 + Math.round((index * (count - 1)) / Math.max(1, ends.length - 1));
  const turn = (place: number): number => (Math.ceil(place / atOnce) * aloneMs) / 1_000;
  return {
    title: `${count.toLocaleString("en")} campaigns of 1,000 at once`,
    subtitle: `Until each has its result. One alone takes ${Math.round(aloneMs)} ms, and ${atOnce} are sent at a time.`,
    x: { label: "campaigns, in the order in which they were enqueued" },
    y: { label: "seconds" },
    lines: [
      { name: "measured", points: ends.map((ms, index) => [placeOf(index), ms / 1_000]) },
      { name: "its turn", points: ends.map((_, index) => [placeOf(index), turn(placeOf(index))]), isWanted: true },
    ],
  };
}
