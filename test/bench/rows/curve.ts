import { shortNumber } from "../bench-table.ts";
import { drained } from "../drained.ts";
import type { ProcessCost } from "../measurement.ts";
import { type MemorySeries, thinned, watchMemory } from "../memory-series.ts";
import { createMeter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import { openRig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { measureLargestPlan } from "./largest-plan.ts";
import { PATIENCE } from "./patience.ts";

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];

const MOST_SAMPLES = 24;

type Point = {
  readonly recipients: number;
  readonly enqueueMs: number;
  /** From the call of the producer until the last batch came in. */
  readonly wallMs: number;
  /** The same until the send had its result. */
  readonly settledMs: number;
  readonly costs: readonly ProcessCost[];
  readonly redisPeakBytes: number;
  readonly series: MemorySeries["samples"];
};

/** How the cost of one recipient grows with the number of them, from a generated stream to the provider. */
export const curve: Row = {
  number: 11,
  name: "curve",
  about: "cost and memory from 10 thousand to 10 million recipients, each texted exactly once",
  run: async (setting) => {
    const points: Point[] = [];
    for (const size of SIZES) points.push(await run(setting, setting.scaled(size, 1_000)));
    const last = points.at(-1);
    return {
      measurements: await measureLargestPlan(setting),
      notes: [...curveTable(points), "", ...(last === undefined ? [] : seriesTable(last))],
      data: points,
    };
  },
};

async function run({ isDurable, signal, say }: RowSetting, recipients: number): Promise<Point> {
  const rig = await openRig({ isDurable, signal, keep: "counts" });
  try {
    const worker = await rig.startWorker();
    const producer = await rig.startProducer();
    const emulator = rig.provider.process.pid;
    const pids = { producer: producer.pid, worker: worker.pid, redis: rig.redisPid, emulator };
    const series = watchMemory(pids);
    const meter = createMeter(pids);
    const patience = { ...PATIENCE, signal };
    const point = await meter.measure(recipients, async () => {
      const ask = { key: "one", region: "us", recipients, shape: "entries" };
      const { startedAt, durationMs } = await producer.ask<{ startedAt: number; durationMs: number }>("enqueue", ask);
      const lastAt = await rig.provider.texted(recipients, patience);
      await drained(rig.queue("us"), patience);
      return { enqueueMs: durationMs, wallMs: lastAt - startedAt, settledMs: Date.now() - startedAt };
    });
    series.stop();
    await proveOnce(rig.provider, recipients);
    const redisPeakBytes = Number(/^used_memory_peak:(\d+)/m.exec(await rig.redis.info("memory"))?.[1]);
    say(`${recipients.toLocaleString("en")}: ${Math.round(point.wallMs)} ms, each texted exactly once`);
    return { recipients, ...point, costs: meter.costs(), redisPeakBytes, series: series.samples };
  } finally {
    await rig.close();
  }
}

function curveTable(points: readonly Point[]): string[] {
  const head = ["recipients", "enqueued after s", "last batch after s", "result after s", "recipients/s"].concat(
    ["producer", "worker", "Redis", "emulator"].map((name) => `${name} CPU µs`),
    ["producer", "worker", "Redis", "emulator"].map((name) => `${name} peak MB`),
    ["Redis used_memory peak MB"],
  );
  const rows = points.map(({ recipients, enqueueMs, wallMs, settledMs, costs, redisPeakBytes }) => [
    recipients.toLocaleString("en"),
    shortNumber(enqueueMs / 1_000),
    shortNumber(wallMs / 1_000),
    shortNumber(settledMs / 1_000),
    shortNumber((recipients * 1_000) / wallMs),
    ...costs.map(({ cpuUsPerRecipient }) => shortNumber(cpuUsPerRecipient ?? NaN)),
    ...costs.map(({ peakBytes }) => shortNumber((peakBytes ?? NaN) / 1e6)),
    shortNumber(redisPeakBytes / 1e6),
  ]);
  return table(head, rows);
}

function seriesTable({ recipients, series }: Point): string[] {
  const names = Object.keys(series[0]?.bytes ?? {});
  const rows = thinned(series, MOST_SAMPLES).map(({ second, bytes }) => [
    String(second),
    ...names.map((name) => shortNumber((bytes[name] ?? NaN) / 1e6)),
  ]);
  return [
    `Resident memory in MB while ${recipients.toLocaleString("en")} recipients were staged and sent:`,
    "",
    ...table(["second", ...names], rows),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "--:"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}
