import type { Measurement } from "../measurement.ts";
import { alone } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { sendLarge } from "./send-large.ts";

const FLEETS = [1, 2, 4] as const;

/** Each process must be worth so much of one that is alone. */
const LEAST_SHARE = 0.9;

/** How much one process has on its way, and how long the provider takes for each request. */
type Pressure = { readonly perProcess: number; readonly latencyMs: number };

/** So few that two cores are not full with four processes, and as many as keep them full. */
const PRESSURES: readonly Pressure[] = [
  { perProcess: 5, latencyMs: 200 },
  { perProcess: 10, latencyMs: 0 },
];

/** What more worker processes bring. */
export const processes: Row = {
  number: 19,
  name: "processes",
  about: "1, 2 and 4 worker processes, provider answering in 200 ms and in 0 ms",
  run: async (setting) => {
    const measurements: Measurement[] = [];
    const data: object[] = [];
    for (const pressure of PRESSURES) {
      const { lines, rates } = await measure(setting, pressure);
      measurements.push(...lines);
      data.push({ ...pressure, rates });
    }
    return { measurements, notes: [], data };
  },
};

type Fleet = {
  readonly size: number;
  readonly round: () => Promise<void>;
  /** Recipients per second, round by round. */
  readonly rates: number[];
  readonly meter: Meter;
};

/** Every fleet has a Redis and a provider of its own, and waits while another one works. */
async function measure(
  setting: RowSetting,
  pressure: Pressure,
): Promise<{ readonly lines: Measurement[]; readonly rates: readonly object[] }> {
  const rigs: Rig[] = [];
  try {
    const fleets: Fleet[] = [];
    for (const size of FLEETS) fleets.push(await openFleet(setting, pressure, size, rigs));
    for (const { round } of fleets) await round();
    for (const { rates } of fleets) rates.length = 0;
    for (let round = 0; round < setting.rounds; round += 1) {
      for (const fleet of round % 2 === 0 ? fleets : fleets.toReversed()) await fleet.round();
    }
    return {
      lines: linesOf(setting, pressure, fleets),
      rates: fleets.map(({ size, rates }) => ({ size, ...spreadOf(rates) })),
    };
  } finally {
    for (const rig of rigs) await rig.close();
  }
}

async function openFleet(setting: RowSetting, pressure: Pressure, size: number, rigs: Rig[]): Promise<Fleet> {
  const { isDurable, signal, say } = setting;
  const { perProcess, latencyMs } = pressure;
  const recipients = amount(setting, pressure);
  const rig = await openRig({ isDurable, signal, latencyMs, keep: "counts" });
  rigs.push(rig);
  const limits = {
    VOLLEY_WORKER_CONCURRENCY: String(perProcess),
    VOLLEY_US_CONCURRENCY: String(perProcess * size),
  };
  const pids: Record<string, number> = {};
  for (let at = 1; at <= size; at += 1) pids[`worker ${at} of ${size}`] = (await rig.startWorker(limits)).pid;
  const producer = await rig.startProducer();
  const meter = createMeter({ ...pids, [`redis of ${size}`]: rig.redisPid });
  const rates: number[] = [];
  let count = 0;
  const round = async (): Promise<void> => {
    const send = { key: `round ${(count += 1)}`, region: "us", recipients };
    const untilLastRequest = (recipients * 1_000) / (await sendLarge(rig, producer, meter, send));
    // The fewer rounds of requests there are, the more the answer to the last one weighs.
    rates.push((recipients * 1_000) / (untilLastRequest + latencyMs));
    say(`${size} processes, ${latencyMs} ms: ${Math.round(rates.at(-1) ?? NaN)}`);
  };
  return { size, round, rates, meter };
}

/** With too few batches the last round of requests is not full. */
function amount({ scaled }: RowSetting, { latencyMs }: Pressure): number {
  return latencyMs === 0 ? scaled(1_000_000, 1_000) : scaled(500_000, 200_000);
}

function linesOf(setting: RowSetting, pressure: Pressure, [one, ...more]: readonly Fleet[]): Measurement[] {
  if (one === undefined) return [];
  const { perProcess, latencyMs } = pressure;
  const what = `${amount(setting, pressure).toLocaleString("en")} recipients, ${perProcess} in flight per process`;
  const nameOf = (size: number): string => `${what}, answered in ${latencyMs} ms: ${size} processes`;
  return [
    alone(nameOf(1).replace(/es$/, ""), "recipients/s", one.rates, null, one.meter.costs()),
    ...more.map(({ size, rates, meter }) => {
      const perEach = rates.map((rate) => rate / size);
      return {
        name: nameOf(size),
        unit: "recipients/s per process",
        ours: spreadOf(perEach),
        baseline: { name: "one alone", spread: spreadOf(one.rates) },
        ratio: spreadOf(pairedRatios(perEach, one.rates)),
        threshold: latencyMs === 0 ? null : ({ kind: "at_least", value: LEAST_SHARE } as const),
        costs: meter.costs(),
      };
    }),
  ];
}
