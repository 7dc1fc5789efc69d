import type { BenchProcess } from "../bench-process.ts";
import { alone, type RowReport } from "../measurement.ts";
import { createMeter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { until } from "../until.ts";
import { PATIENCE } from "./patience.ts";
import { sendLarge } from "./send-large.ts";

/** An answer takes its time, as at a real provider; the worker's slots and not the machine set the rate. */
const LATENCY_MS = 100;

/** The refused worker asks again this often, much more often than by default, and its log says where it can be asked. */
const DEAD = { VOLLEY_US_API_TOKEN: "the-old-one", VOLLEY_PROBE_MS: "1000", VOLLEY_LOG_LEVEL: "info" };

/** Within so many seconds from its start a worker that is refused must not be ready. */
const LONGEST_S = 10;

/** Whether a worker with a dead token costs the others their rate, and how soon it says that it is of no use. */
export const deadToken: Row = {
  number: 14,
  name: "dead-token",
  about: "the rate of a worker beside one whose token is refused, against that worker alone",
  run: async (setting) => {
    const rig = await openRig({ ...setting, latencyMs: LATENCY_MS });
    try {
      return await measure(rig, setting);
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Omit<RowReport, "row">> {
  const recipients = scaled(500_000, 20_000);
  const healthy = await rig.startWorker();
  const producer = await rig.startProducer();
  const pids = { worker: healthy.pid, redis: rig.redisPid };
  const meters = { beside: createMeter(pids), alone: createMeter(pids) };
  const refusedAfterS: number[] = [];
  let round = 0;
  const nextSend = (): { key: string; region: string; recipients: number } => ({
    key: `round ${(round += 1)}`,
    region: "us",
    recipients,
  });
  const rate = await runRace({
    name: `${recipients.toLocaleString("en")} recipients, a worker beside one with a dead token`,
    unit: "recipients/s",
    rounds,
    threshold: { kind: "at_least", value: 0.95 },
    ours: async () => {
      const startedAt = Date.now();
      const dead = rig.spawnWorker(DEAD);
      const patience = { ...PATIENCE, longestMs: 6 * LONGEST_S * 1_000, signal: rig.signal };
      await until("a worker that says that it is refused", patience, async () => isRefused(dead));
      refusedAfterS.push((Date.now() - startedAt) / 1_000);
      const beside = await sendLarge(rig, producer, meters.beside, nextSend());
      await dead.stop();
      say(`beside: ${Math.round(beside)}, not ready ${refusedAfterS.at(-1)} s after its start`);
      return beside;
    },
    baselineName: "alone",
    baseline: async () => {
      const single = await sendLarge(rig, producer, meters.alone, nextSend());
      say(`alone: ${Math.round(single)}`);
      return single;
    },
    costs: () => meters.beside.costs(),
  });
  const name = "the one with a dead token, from its start until it is not ready";
  return {
    measurements: [rate, alone(name, "s", refusedAfterS, { kind: "at_most", value: LONGEST_S })],
    notes: [],
  };
}

/** A worker that only starts is not ready either; this one says why. */
async function isRefused(worker: BenchProcess): Promise<true | null> {
  const url = /"url":"([^"]+)"/.exec(worker.output())?.[1];
  if (url === undefined) return null;
  const answer = await fetch(`${url}/readyz`);
  return answer.status === 503 && (await answer.text()).includes("the provider refuses") ? true : null;
}
