import type { AskedProcess } from "../bench-process.ts";
import type { Measurement } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";

const SHAPES = { pages: "pages of 1,000", entries: "single recipients" } as const;

/** A long list on its way into Redis, against putting parts there that somebody else has made. */
export const enqueue: Row = {
  number: 5,
  name: "enqueue",
  about: "1,000,000 recipients from a stream, against addBulk of ready-made parts",
  run: async (setting) => ({
    measurements: [await measure(setting, "pages"), await measure(setting, "entries")],
    notes: [],
  }),
};

async function measure(setting: RowSetting, shape: keyof typeof SHAPES): Promise<Measurement> {
  const { rounds, isDurable, signal, scaled, say } = setting;
  const recipients = scaled(1_000_000, 11_000);
  const rig = await openRig({ isDurable, signal });
  try {
    const producer = await rig.startProducer();
    const adder = rig.startChild("job-adder");
    // Both have everything in memory before the clock begins: what is measured is their own work and Redis's.
    await producer.ask("prepare", { recipients, shape });
    await adder.ask("prepareParts", { recipients, perPart: 1_000 });
    const meter = createMeter({ producer: producer.pid, redis: rig.redisPid });
    const bulkMeter = createMeter({ addBulk: adder.pid, "redis of addBulk": rig.redisPid });
    let round = 0;
    const timed = async (asked: AskedProcess, what: string, input: object): Promise<number> => {
      const { durationMs } = await asked.ask<{ durationMs: number }>(what, input);
      say(`${what}: ${Math.round(durationMs)} ms`);
      return (recipients * 1_000) / durationMs;
    };
    return await runRace({
      name: `${recipients.toLocaleString("en")} recipients as a stream of ${SHAPES[shape]}`,
      unit: "recipients/s",
      rounds,
      threshold: { kind: "at_least", value: 0.5 },
      ours: async () => {
        await rig.redis.flushall();
        const ask = { key: `round ${(round += 1)}`, region: "us", recipients, shape, isReady: true };
        return meter.measure(recipients, async () => timed(producer, "enqueue", ask));
      },
      baselineName: "addBulk",
      baseline: async () => {
        await rig.redis.flushall();
        const place = { redisUrl: rig.redisUrl, queue: "parts", idPrefix: `round${round}` };
        return bulkMeter.measure(recipients, async () => timed(adder, "addParts", place));
      },
      costs: () => [...meter.costs(), ...bulkMeter.costs()],
    });
  } finally {
    await rig.close();
  }
}
