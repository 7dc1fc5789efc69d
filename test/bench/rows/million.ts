import type { Measurement } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { batchesUrl, tokenOf } from "../worker-environment.ts";
import { sendLarge } from "./send-large.ts";
import { compareTransports } from "./transports.ts";

/** One large send from Redis to the provider, against a loop of got that posts the same bodies and does nothing else. */
export const million: Row = {
  number: 1,
  name: "million",
  about: "one send of 1,000,000 recipients, Redis to provider, one worker",
  run: async (setting) => ({
    measurements: [
      await measure(setting, { atOnce: 10, latencyMs: 0 }),
      await measure(setting, { atOnce: 50, latencyMs: 0 }),
      await measure(setting, { atOnce: 50, latencyMs: USUAL_LATENCY_MS }),
      await measure(setting, { atOnce: 10, latencyMs: 0, client: "node" }),
      await compareTransports(setting, 10, "node"),
      await compareTransports(setting, 10, "undici"),
    ],
    notes: [],
  }),
};

/** A provider on the other side of the internet takes so long to answer. */
const USUAL_LATENCY_MS = 100;

/** How many requests are on their way at once, and how long the provider takes for each. */
type Pressure = {
  readonly atOnce: number;
  readonly latencyMs: number;
  /** What the worker sends with. @default "got" */
  readonly client?: "got" | "node";
};

/** What is wanted of the loop of got, by what the worker sends with. */
const LEAST = { got: 0.7, node: 0.8 } as const;

async function measure(
  { rounds, isDurable, signal, scaled, say }: RowSetting,
  { atOnce, latencyMs, client = "got" }: Pressure,
): Promise<Measurement> {
  const recipients = scaled(1_000_000, 1_000);
  const rig = await openRig({ isDurable, signal, latencyMs });
  try {
    const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(atOnce), VOLLEY_HTTP_CLIENT: client });
    const producer = await rig.startProducer();
    const bare = rig.startChild("bare-got");
    const url = batchesUrl("us", rig.provider.url);
    const posting = { url, token: tokenOf("us"), recipients, perBatch: 1_000, concurrency: atOnce };
    await bare.ask("prepare", posting);
    const emulator = rig.provider.process.pid;
    const meter = createMeter({ worker: worker.pid, redis: rig.redisPid, emulator });
    const bareMeter = createMeter({ "got alone": bare.pid, "emulator of got alone": emulator });
    let round = 0;
    return await runRace({
      name: `${recipients.toLocaleString("en")} recipients, ${atOnce} requests at once, answered in ${latencyMs} ms${client === "node" ? ", over Node's own client" : ""}`,
      unit: "recipients/s",
      rounds,
      threshold: { kind: "at_least", value: LEAST[client] },
      ours: async () => {
        const rate = await sendLarge(rig, producer, meter, { key: `round ${(round += 1)}`, region: "us", recipients });
        say(`${atOnce} at once, ours: ${Math.round(rate)}`);
        return rate;
      },
      baselineName: "got alone",
      baseline: async () => {
        await rig.provider.reset();
        const { durationMs } = await bareMeter.measure(recipients, async () =>
          bare.ask<{ durationMs: number }>("run", {}),
        );
        say(`${atOnce} at once, got alone: ${Math.round((recipients * 1_000) / durationMs)}`);
        return (recipients * 1_000) / durationMs;
      },
      costs: () => [...meter.costs(), ...bareMeter.costs()],
    });
  } finally {
    await rig.close();
  }
}
