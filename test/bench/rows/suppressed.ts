import { createNumbering, openSuppressionList, watchList } from "@volley/opt-outs";
import { DEFAULT_PREFIX } from "@volley/contract";
import { alone, type Measurement } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { pairedRatios, spreadOf } from "../statistics.ts";
import { usedBytes } from "./redis-memory.ts";
import { sendLarge } from "./send-large.ts";

/** A large send beside a million people who have opted out, of whom it is to nobody, and beside an empty list. */
export const suppressed: Row = {
  number: 17,
  name: "suppressed",
  about: "row 1 with 1,000,000 numbers on the suppression list, against an empty one",
  run: async (setting) => ({
    measurements: [
      ...(await measure(setting, "in clear")),
      ...(await measure(setting, "as hashes", "a secret of the bench")),
    ],
    notes: [],
  }),
};

const AT_ONCE = 10;

/** Numbers that the send is not to: what is looked up is not there, as nearly always. */
const FIRST_NUMBER = 12_000_000_000;

const ON_THE_LIST = 1_000_000;

const LEAST_RATE = 0.95;

const MOST_TIME = 1.05;

type Side = {
  readonly run: (key: string) => Promise<number>;
  readonly meter: Meter;
  /** Microseconds of the worker's processor time per recipient, round by round. */
  readonly workerUs: () => number[];
  /** Bytes that the list takes. */
  readonly size: { readonly inRedis: number; readonly inWorker: number };
};

async function measure(setting: RowSetting, how: string, secret?: string): Promise<Measurement[]> {
  const { rounds, scaled, say } = setting;
  const recipients = scaled(1_000_000, 1_000);
  const rigs: Rig[] = [];
  try {
    const full = await open(setting, recipients, { secret, numbers: scaled(ON_THE_LIST, 1_000) }, rigs);
    const empty = await open(setting, recipients, { secret, numbers: 0 }, rigs);
    let round = 0;
    const raced = (side: Side, name: string) => async (): Promise<number> => {
      const rate = await side.run(`round ${(round += 1)}`);
      say(`${how}, ${name}: ${Math.round(rate)}`);
      return rate;
    };
    const name = `${recipients.toLocaleString("en")} recipients, numbers on the list ${how}`;
    const race = await runRace({
      name,
      unit: "recipients/s",
      rounds,
      threshold: { kind: "at_least", value: LEAST_RATE },
      ours: raced(full, "a full list"),
      baselineName: "an empty list",
      baseline: raced(empty, "an empty list"),
      costs: () => [full, empty].flatMap(({ meter }) => meter.costs()),
    });
    return [race, timeOf(`${name}: processor time`, rounds, full, empty), ...sizesOf(`the list ${how}`, full)];
  } finally {
    for (const rig of rigs) await rig.close();
  }
}

/** On a machine that does much else, the ratio of the processor times is nearer to the truth than that of the rates. */
function timeOf(name: string, rounds: number, full: Side, empty: Side): Measurement {
  const [ours, baseline] = [full, empty].map(({ workerUs }) => workerUs().slice(-rounds)) as [number[], number[]];
  return {
    name,
    unit: "µs per recipient",
    ours: spreadOf(ours),
    baseline: { name: "an empty list", spread: spreadOf(baseline) },
    ratio: spreadOf(pairedRatios(ours, baseline)),
    threshold: { kind: "at_most", value: MOST_TIME },
    costs: [],
  };
}

function sizesOf(name: string, { size: { inRedis, inWorker } }: Side): Measurement[] {
  return [
    alone(`${name}, in Redis`, "MB", [inRedis / 1e6], null),
    alone(`${name}, in each worker`, "MB", [inWorker / 1e6], null),
  ];
}

async function open(
  { isDurable, signal }: RowSetting,
  recipients: number,
  { secret, numbers }: { readonly secret: string | undefined; readonly numbers: number },
  opened: Rig[],
): Promise<Side> {
  const rig = await openRig({ isDurable, signal });
  opened.push(rig);
  const name = numbers === 0 ? "empty list" : "full list";
  const setting = secret === undefined ? {} : { VOLLEY_SUPPRESSION_SECRET: secret };
  const size = await fill(rig, numbers, secret);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE), ...setting });
  const producer = await rig.startProducer();
  const meter = createMeter({ [`worker, ${name}`]: worker.pid, [`redis, ${name}`]: rig.redisPid });
  const run = async (key: string) => sendLarge(rig, producer, meter, { key, region: "us", recipients });
  return { run, meter, workerUs: () => meter.each(`worker, ${name}`), size };
}

async function fill(rig: Rig, numbers: number, secret?: string): Promise<Side["size"]> {
  const { redis } = rig;
  const options = { redis, prefix: DEFAULT_PREFIX, numbering: createNumbering(secret) };
  const list = openSuppressionList(options);
  const before = await usedBytes(rig);
  const said = { scope: "all", kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
  for (let from = 0; from < numbers; from += 1_000) {
    await list.add(
      Array.from({ length: 1_000 }, (_, index) => ({ number: String(FIRST_NUMBER + from + index), ...said })),
    );
  }
  const after = await usedBytes(rig);
  const watch = watchList(options);
  await watch.upTo(null);
  return { inRedis: after.used - before.used, inWorker: watch.size().bytes };
}
