import type { Measurement, ProcessCost } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { tokenOf } from "../worker-environment.ts";
import { sendLarge } from "./send-large.ts";
import { startBareWorker } from "./start-bare-worker.ts";

/** The default of a region. */
const AT_ONCE = 10;

/** A provider at hand, and one across an ocean. */
const LATENCIES_MS = [0, 100] as const;

/** What one would take in place of Volley, as it is found in manuals and tutorials. */
export const instead: Row = {
  number: 23,
  name: "instead",
  about: "the same against Sinch's SDK in a loop with p-limit, and against the worker of a tutorial",
  run: async (setting) => {
    const measurements: Measurement[] = [];
    for (const latencyMs of LATENCIES_MS) {
      const rig = await openRig({ ...setting, latencyMs });
      try {
        measurements.push(...(await measure(rig, setting, latencyMs)));
      } finally {
        await rig.close();
      }
    }
    return { measurements, notes: [] };
  },
};

/** Another way to send. */
type Other = { readonly name: string; readonly round: () => Promise<number>; readonly costs: () => ProcessCost[] };

async function measure(rig: Rig, setting: RowSetting, latencyMs: number): Promise<Measurement[]> {
  const { rounds, scaled, say } = setting;
  const recipients = scaled(1_000_000, 1_000);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const jobs = latencyMs === 0 ? scaled(5_000, 100) : scaled(100, 20);
  const measurements: Measurement[] = [];
  let round = 0;
  for (const other of [openSdk(rig, recipients), await openTutorial(rig, jobs)]) {
    const meter = createMeter({ worker: worker.pid, redis: rig.redisPid });
    const ours = async (): Promise<number> => {
      const send = { key: `round ${(round += 1)}`, region: "us", recipients };
      const rate = await sendLarge(rig, producer, meter, send);
      say(`${latencyMs} ms, ours: ${Math.round(rate)}`);
      return rate;
    };
    const baseline = async (): Promise<number> => {
      const rate = await other.round();
      say(`${latencyMs} ms, ${other.name}: ${Math.round(rate)}`);
      return rate;
    };
    const race = {
      name: `${recipients.toLocaleString("en")} recipients, answered in ${latencyMs} ms`,
      unit: "recipients/s",
      rounds,
      threshold: null,
      ours,
      baselineName: other.name,
      baseline,
      costs: () => [...meter.costs(), ...other.costs()],
    };
    measurements.push(await runRace(race));
  }
  return measurements;
}

function openSdk(rig: Rig, recipients: number): Other {
  const loop = rig.startChild("sdk-loop");
  const name = `Sinch's SDK and p-limit, ${AT_ONCE} at once`;
  const meter = createMeter({ "Sinch's SDK": loop.pid });
  const place = { baseUrl: rig.provider.url, plan: "us-plan", token: tokenOf("us") };
  const round = async (): Promise<number> => {
    await rig.provider.reset();
    const ask = { ...place, recipients, concurrency: AT_ONCE };
    const { durationMs } = await meter.measure(recipients, async () => loop.ask<{ durationMs: number }>("run", ask));
    return (recipients * 1_000) / durationMs;
  };
  return { name, round, costs: meter.costs };
}

async function openTutorial(rig: Rig, count: number): Promise<Other> {
  const worker = await startBareWorker(rig, 1, "tutorial-worker");
  const round = async (): Promise<number> => worker.round({ count, hasOwnText: false });
  return { name: `a tutorial's worker (${count.toLocaleString("en")} jobs)`, round, costs: worker.costs };
}
