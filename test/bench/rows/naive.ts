import type { Measurement } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { sendLarge } from "./send-large.ts";
import { startBareWorker } from "./start-bare-worker.ts";

const AT_ONCE = 10;

/** The same large send against one job and one request per recipient. */
export const naive: Row = {
  number: 2,
  name: "naive",
  about: "the same, against one BullMQ job and one request per recipient",
  run: async (setting) => {
    const rig = await openRig(setting);
    try {
      return { measurements: [await measure(rig, setting)], notes: [] };
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Measurement> {
  const recipients = scaled(1_000_000, 1_000);
  const count = scaled(20_000, 100);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const bare = await startBareWorker(rig, AT_ONCE);
  const meter = createMeter({ worker: worker.pid, redis: rig.redisPid });
  let round = 0;
  return runRace({
    name: `${recipients.toLocaleString("en")} recipients (a job each: ${count.toLocaleString("en")}), ${AT_ONCE} at once`,
    unit: "recipients/s",
    rounds,
    threshold: { kind: "at_least", value: 250 },
    ours: async () => {
      const send = { key: `round ${(round += 1)}`, region: "us", recipients };
      const rate = await sendLarge(rig, producer, meter, send);
      say(`ours: ${Math.round(rate)}`);
      return rate;
    },
    baselineName: "a job each",
    baseline: async () => {
      const rate = await bare.round({ count, hasOwnText: false });
      say(`a job each: ${Math.round(rate)}`);
      return rate;
    },
    costs: () => [...meter.costs(), ...bare.costs()],
  });
}
