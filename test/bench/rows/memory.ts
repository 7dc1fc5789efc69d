import type { Measurement, Threshold } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { peakBytesOf } from "../process-cost.ts";
import { openRig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { sendLarge } from "./send-large.ts";

type Peaks = { readonly producer: number; readonly worker: number };

const MOST: Threshold = { kind: "at_most", value: 1.3 };

/** Whether memory grows with the length of a list. Every run has processes of its own. */
export const memory: Row = {
  number: 6,
  name: "memory",
  about: "peak memory of producer and worker, 5,000,000 recipients against 100,000",
  run: async (setting) => {
    const [small, large] = [setting.scaled(100_000, 20_000), setting.scaled(5_000_000, 100_000)];
    const peaks: { small: Peaks; large: Peaks }[] = [];
    for (let round = 0; round < setting.rounds; round += 1) {
      peaks.push({ small: await peaksOf(setting, small), large: await peaksOf(setting, large) });
    }
    const compare = (process: keyof Peaks): Measurement => {
      const ours = peaks.map((round) => round.large[process] / 1e6);
      const baseline = peaks.map((round) => round.small[process] / 1e6);
      return {
        name: `peak memory of the ${process}, ${large.toLocaleString("en")} recipients`,
        unit: "MB",
        ours: spreadOf(ours),
        baseline: { name: small.toLocaleString("en"), spread: spreadOf(baseline) },
        ratio: spreadOf(pairedRatios(ours, baseline)),
        threshold: MOST,
        costs: [],
      };
    };
    return { measurements: [compare("producer"), compare("worker")], notes: [] };
  },
};

async function peaksOf({ isDurable, signal, say }: RowSetting, recipients: number): Promise<Peaks> {
  const rig = await openRig({ isDurable, signal, keep: "counts" });
  try {
    const worker = await rig.startWorker();
    const producer = await rig.startProducer();
    await sendLarge(rig, producer, createMeter({}), { key: "one", region: "us", recipients, shape: "entries" });
    const peaks = { producer: peakBytesOf(producer.pid), worker: peakBytesOf(worker.pid) };
    const [ofProducer, ofWorker] = [peaks.producer, peaks.worker].map((bytes) => Math.round(bytes / 1e6));
    say(`${recipients.toLocaleString("en")}: producer ${ofProducer} MB, worker ${ofWorker} MB`);
    return peaks;
  } finally {
    await rig.close();
  }
}
