import type { Measurement } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { letGo } from "./let-go.ts";
import { startBareWorker } from "./start-bare-worker.ts";

const AT_ONCE = 50;

/** Messages to one person each, every one with its own text, against a bare BullMQ worker. */
export const singles: Row = {
  number: 3,
  name: "singles",
  about: "single-recipient sends, each its own text, against a bare BullMQ worker",
  run: async (setting) => {
    const measurements: Measurement[] = [];
    for (const client of ["got", "node"] as const) {
      const rig = await openRig(setting);
      try {
        measurements.push(await measure(rig, setting, client));
      } finally {
        await rig.close();
      }
    }
    return { measurements, notes: [] };
  },
};

/** @param client - what the worker sends with; the bare one with got */
async function measure(rig: Rig, { rounds, scaled, say }: RowSetting, client: "got" | "node"): Promise<Measurement> {
  const count = scaled(20_000, 100);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE), VOLLEY_HTTP_CLIENT: client });
  const bare = await startBareWorker(rig, AT_ONCE);
  const adder = rig.startChild("job-adder");
  const meter = createMeter({ worker: worker.pid, redis: rig.redisPid, emulator: rig.provider.process.pid });
  const place = { redisUrl: rig.redisUrl, queue: "volley-us", prefix: "{volley}" };
  let round = 0;
  return runRace({
    name: `${count.toLocaleString("en")} ready-made jobs, ${AT_ONCE} at once${client === "node" ? ", over Node's own client" : ""}`,
    unit: "recipients/s",
    rounds,
    threshold: { kind: "at_least", value: 0.9 },
    ours: async () => {
      await rig.provider.reset();
      await rig.queue("us").pause();
      const jobs = { count, name: "send", idPrefix: `round${(round += 1)}`, hasOwnText: true };
      await adder.ask("singles", { ...place, ...jobs });
      const rate = await letGo(rig, rig.queue("us"), meter, count);
      say(`ours: ${Math.round(rate)}`);
      return rate;
    },
    baselineName: "bare worker",
    baseline: async () => {
      const rate = await bare.round({ count, hasOwnText: true });
      say(`bare worker: ${Math.round(rate)}`);
      return rate;
    },
    costs: () => [...meter.costs(), ...bare.costs()],
  });
}
