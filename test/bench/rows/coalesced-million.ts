import type { AskedProcess } from "../bench-process.ts";
import { drained } from "../drained.ts";
import { alone, type Measurement, type Threshold } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { PATIENCE } from "./patience.ts";

/** Requests in flight, and how long the provider takes for each. */
const AT_ONCE = 50;
const LATENCY_MS = 100;

/** Callers who wait for their answer at the same time. */
const CALLERS = 20_000;

/** A thousand are ideal for a million messages; what a timer cuts off in between may double them, as in row 4. */
const MOST_REQUESTS_SHARE = 2 / 1_000;

/** Whether coalescing goes on as it begins. */
export const coalescedMillion: Row = {
  number: 20,
  name: "coalesced-million",
  about: "1,000,000 single messages of one template, coalesced, against the first 20,000",
  run: async (setting) => {
    const rig = await openRig({ ...setting, latencyMs: LATENCY_MS, keep: "counts" });
    try {
      return { measurements: await measure(rig, setting), notes: [] };
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Measurement[]> {
  const [count, few] = [scaled(1_000_000, 2_000), scaled(CALLERS, 1_000)];
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const pids = { producer: producer.pid, worker: worker.pid, redis: rig.redisPid };
  const [meter, fewMeter] = [createMeter(pids), createMeter({ "producer of 20,000": producer.pid })];
  const requests: number[] = [];
  const run = async (messages: number, on: Meter): Promise<number> => {
    const rate = await on.measure(messages, async () =>
      endToEnd(rig, producer, `${requests.length} ${messages}`, messages),
    );
    await proveOnce(rig.provider, messages);
    say(`${messages.toLocaleString("en")} coalesced: ${Math.round(rate)}`);
    return rate;
  };
  const race = await runRace({
    name: `${count.toLocaleString("en")} messages, ${AT_ONCE} requests at once`,
    unit: "recipients/s",
    rounds,
    threshold: null,
    ours: async () => {
      const rate = await run(count, meter);
      requests.push((await rig.provider.stats()).batches);
      return rate;
    },
    baselineName: few.toLocaleString("en"),
    baseline: async () => run(few, fewMeter),
    costs: () => [...meter.costs(), ...fewMeter.costs()],
  });
  const most: Threshold = { kind: "at_most", value: Math.ceil(count * MOST_REQUESTS_SHARE) };
  return [race, alone("requests that they travelled in", "requests", requests, most)];
}

/** @returns messages per second from the first call until the last of them came in */
async function endToEnd(rig: Rig, producer: AskedProcess, key: string, count: number): Promise<number> {
  const patience = { ...PATIENCE, signal: rig.signal };
  await rig.provider.reset();
  const ask = { count, region: "us", key, atOnce: CALLERS };
  const { startedAt } = await producer.ask<{ startedAt: number }>("coalesce", ask);
  const lastAt = await rig.provider.texted(count, patience);
  await drained(rig.queue("us"), patience);
  return (count * 1_000) / (lastAt - startedAt);
}
