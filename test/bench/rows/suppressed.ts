import { createNumbering, openSuppressionList } from "@volley/opt-outs";
import { DEFAULT_PREFIX } from "@volley/contract";
import type { Measurement } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { runRace } from "../race.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { sendLarge } from "./send-large.ts";

/** A large send beside a million people who have opted out, of whom it is to nobody, and beside an empty list. */
export const suppressed: Row = {
  number: 17,
  name: "suppressed",
  about: "row 1 with 1,000,000 numbers on the suppression list, against an empty one",
  run: async (setting) => ({
    measurements: [await measure(setting, "in clear"), await measure(setting, "as hashes", "a secret of the bench")],
    notes: [],
  }),
};

const AT_ONCE = 10;

/** Numbers that the send is not to: what is looked up is not there, as nearly always. */
const FIRST_NUMBER = 12_000_000_000;

const ON_THE_LIST = 1_000_000;

type Side = { readonly run: (key: string) => Promise<number>; readonly meter: Meter };

async function measure(setting: RowSetting, how: string, secret?: string): Promise<Measurement> {
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
    return await runRace({
      name: `${recipients.toLocaleString("en")} recipients, numbers on the list ${how}`,
      unit: "recipients/s",
      rounds,
      threshold: { kind: "at_least", value: 0.95 },
      ours: raced(full, "a full list"),
      baselineName: "an empty list",
      baseline: raced(empty, "an empty list"),
      costs: () => [full, empty].flatMap(({ meter }) => meter.costs()),
    });
  } finally {
    for (const rig of rigs) await rig.close();
  }
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
  await fill(rig, numbers, secret);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE), ...setting });
  const producer = await rig.startProducer();
  const meter = createMeter({ [`worker, ${name}`]: worker.pid, [`redis, ${name}`]: rig.redisPid });
  const run = async (key: string) => sendLarge(rig, producer, meter, { key, region: "us", recipients });
  return { run, meter };
}

async function fill({ redis }: Rig, numbers: number, secret?: string): Promise<void> {
  const list = openSuppressionList({ redis, prefix: DEFAULT_PREFIX, numbering: createNumbering(secret) });
  const said = { scope: "all", kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
  for (let from = 0; from < numbers; from += 1_000) {
    await list.add(
      Array.from({ length: 1_000 }, (_, index) => ({ number: String(FIRST_NUMBER + from + index), ...said })),
    );
  }
}
