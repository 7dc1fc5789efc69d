import type { BenchProcess } from "../bench-process.ts";
import type { RowReport } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { until } from "../until.ts";
import { PATIENCE } from "./patience.ts";
import { sendLarge } from "./send-large.ts";

const WORKERS = 2;

/** An answer takes its time, as at a real provider; the region's slots and not the machine set its rate. */
const LATENCY_MS = 100;

/** Short, so that many requests of the sick region run into it while the other one is measured. */
const TIMEOUT_MS = 300;

/** So that those whose request timed out are asked for again, which times out too. */
const HOLD_MS = 1_000;

/** Sends that wait in the sick region, of 1,000 recipients each: more than it can try. */
const SICK_SENDS = 200;

/** Whether a region in trouble costs another one its rate. */
export const isolation: Row = {
  number: 8,
  name: "isolation",
  about: "one region's rate while every request of another one times out, same workers",
  run: async (setting) => {
    const rig = await openRig({ ...setting, latencyMs: LATENCY_MS, regions: ["us", "eu"] });
    try {
      return await measure(rig, setting);
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Omit<RowReport, "row">> {
  const recipients = scaled(1_000_000, 20_000);
  const meters = await startWorkers(rig);
  const producer = await rig.startProducer();
  await addSickSends(rig);
  const timeouts: number[] = [];
  let round = 0;
  const send = async (meter: Meter, before?: () => Promise<void>): Promise<number> =>
    sendLarge(rig, producer, meter, { key: `round ${(round += 1)}`, region: "us", recipients }, before);
  const measurement = await runRace({
    name: `${recipients.toLocaleString("en")} recipients in one region beside a sick one, ${WORKERS} workers`,
    unit: "recipients/s",
    rounds,
    threshold: { kind: "at_least", value: 0.95 },
    ours: async () => {
      const rate = await send(meters.beside, async () => sicken(rig));
      timeouts.push(await unanswered(rig));
      await calm(rig);
      say(`beside a sick region: ${Math.round(rate)}, ${timeouts.at(-1)} requests of that one unanswered`);
      return rate;
    },
    baselineName: "alone",
    baseline: async () => {
      const rate = await send(meters.alone);
      say(`alone: ${Math.round(rate)}`);
      return rate;
    },
    costs: () => [...meters.beside.costs(), ...meters.alone.costs()],
  });
  const notes = [`Requests of the sick region that were left unanswered in each round: ${timeouts.join(", ")}.`];
  return { measurements: [measurement], notes };
}

async function startWorkers(rig: Rig): Promise<{ readonly beside: Meter; readonly alone: Meter }> {
  const quick = { VOLLEY_EU_TIMEOUT_MS: String(TIMEOUT_MS), VOLLEY_UNKNOWN_HOLD_MS: String(HOLD_MS) };
  const workers: BenchProcess[] = [];
  for (let count = 0; count < WORKERS; count += 1) workers.push(await rig.startWorker(quick));
  const pids = (suffix: string): Record<string, number> =>
    Object.fromEntries(workers.map(({ pid }, index) => [`worker ${index + 1}${suffix}`, pid]));
  return { beside: createMeter({ ...pids(""), redis: rig.redisPid }), alone: createMeter(pids(" alone")) };
}

async function addSickSends(rig: Rig): Promise<void> {
  const adder = rig.startChild("job-adder");
  await rig.queue("eu").pause();
  await adder.ask("prepareParts", { recipients: SICK_SENDS * 1_000, perPart: 1_000 });
  await adder.ask("addParts", { redisUrl: rig.redisUrl, queue: "volley-eu", prefix: "{volley}", idPrefix: "sick" });
  await adder.stop();
}

async function sicken({ provider, queue, signal }: Rig): Promise<void> {
  await provider.addFault({ match: { plan: "eu-plan" }, times: null, action: { kind: "hang", accept: false } });
  await queue("eu").resume();
  const hangs = async (): Promise<true | null> => ((await provider.stats()).requests > 0 ? true : null);
  await until("the sick region", { ...PATIENCE, signal }, hangs);
}

/** The sick region rests while the other one is measured alone; its jobs go on waiting. */
async function calm({ queue, signal }: Rig): Promise<void> {
  const sick = queue("eu");
  await sick.pause();
  await until("the sick region's requests", { ...PATIENCE, signal }, async () =>
    (await sick.getActiveCount()) === 0 ? true : null,
  );
}

async function unanswered({ provider }: Rig): Promise<number> {
  const { requests } = await provider.stats();
  const all = await provider.requests(0, requests);
  return all.filter(({ plan, status }) => plan === "eu-plan" && status === null).length;
}
