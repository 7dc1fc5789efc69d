import type { Measurement, ProcessCost } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { RowSetting } from "../row.ts";
import { tokenOf } from "../worker-environment.ts";
import { sendLarge } from "./send-large.ts";

type Other = "node" | "undici";

const NAMES = { node: "Node's own client", undici: "undici" } as const;

/** What got costs: the same worker with another HTTP client under it. Reported, never judged: got is the default. */
export async function compareTransports(setting: RowSetting, atOnce: number, other: Other): Promise<Measurement> {
  const { rounds, signal, isDurable, scaled, say } = setting;
  const recipients = scaled(1_000_000, 1_000);
  const rigs = { got: await openRig({ isDurable, signal }), other: await openRig({ isDurable, signal }) };
  try {
    const workerOn = async (
      client: "got" | Other,
      rig: Rig,
    ): Promise<{ round: () => Promise<number>; costs: () => ProcessCost[] }> => {
      const worker = rig.startChild("own-worker");
      const place = { redisUrl: rig.redisUrl, baseUrl: rig.provider.url, plan: "us-plan", token: tokenOf("us") };
      await worker.ask("start", { ...place, concurrency: atOnce, client });
      const producer = await rig.startProducer();
      const meter = createMeter({ [`worker with ${client}`]: worker.pid });
      let count = 0;
      const round = async (): Promise<number> => {
        const rate = await sendLarge(rig, producer, meter, { key: `${(count += 1)}`, region: "us", recipients });
        say(`worker with ${client}: ${Math.round(rate)}`);
        return rate;
      };
      return { round, costs: meter.costs };
    };
    const [got, another] = [await workerOn("got", rigs.got), await workerOn(other, rigs.other)];
    return await runRace({
      name: `the worker with ${NAMES[other]} in got's place, ${atOnce} at once`,
      unit: "recipients/s",
      rounds,
      threshold: null,
      ours: another.round,
      baselineName: "with got",
      baseline: got.round,
      costs: () => [...another.costs(), ...got.costs()],
    });
  } finally {
    await Promise.all(Object.values(rigs).map(async (rig) => rig.close()));
  }
}
