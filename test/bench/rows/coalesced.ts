import { drained } from "../drained.ts";
import { alone, type Measurement, type Threshold } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { PATIENCE } from "./patience.ts";
import { startBareWorker } from "./start-bare-worker.ts";

const AT_ONCE = 50;

/** A provider across an ocean: what one request at a time can do is set by it alone. */
const LATENCY_MS = 100;

/** Twenty requests are ideal for 20,000 messages; what a timer cuts off in between may double them. */
const MOST_REQUESTS_SHARE = 40 / 20_000;

/** Many messages of one template, each to one person with a name, from the call to the provider. */
export const coalesced: Row = {
  number: 4,
  name: "coalesced",
  about: "20,000 single messages of one template, coalesced, provider answering in 100 ms",
  run: async (setting) => {
    const rig = await openRig({ ...setting, latencyMs: LATENCY_MS });
    try {
      return { measurements: await measure(rig, setting), notes: [] };
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Measurement[]> {
  const count = scaled(20_000, 1_000);
  const bareCount = scaled(2_000, 200);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const bare = await startBareWorker(rig, AT_ONCE);
  const meter = createMeter({ producer: producer.pid, worker: worker.pid, redis: rig.redisPid });
  const requests: number[] = [];
  const race = await runRace({
    name: `${count.toLocaleString("en")} messages (bare: ${bareCount.toLocaleString("en")}), ${AT_ONCE} at once`,
    unit: "recipients/s",
    rounds,
    threshold: { kind: "at_least", value: 20 },
    ours: async () => {
      await rig.provider.reset();
      const ask = { count, region: "us", key: `round ${requests.length}` };
      const rate = await meter.measure(count, async () => endToEnd(rig, producer.ask("coalesce", ask), count));
      await proveOnce(rig.provider, count);
      requests.push((await rig.provider.stats()).batches);
      say(`coalesced: ${Math.round(rate)}, in ${requests.at(-1)} requests`);
      return rate;
    },
    baselineName: "bare worker",
    baseline: async () => {
      const rate = await bare.round({ count: bareCount, hasOwnText: false });
      say(`bare worker: ${Math.round(rate)}`);
      return rate;
    },
    costs: () => [...meter.costs(), ...bare.costs()],
  });
  const most: Threshold = { kind: "at_most", value: Math.max(2, Math.ceil(count * MOST_REQUESTS_SHARE)) };
  return [race, alone("requests that they travelled in", "requests", requests, most)];
}

/** @returns messages per second from the first call until the last of them came in */
async function endToEnd(rig: Rig, calls: Promise<{ readonly startedAt: number }>, count: number): Promise<number> {
  const patience = { ...PATIENCE, signal: rig.signal };
  const { startedAt } = await calls;
  const lastAt = await rig.provider.texted(count, patience);
  await drained(rig.queue("us"), patience);
  return (count * 1_000) / (lastAt - startedAt);
}
