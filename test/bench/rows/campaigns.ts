import type { AskedProcess } from "../bench-process.ts";
import { drained } from "../drained.ts";
import { alone, type Measurement } from "../measurement.ts";
import { createMeter, type Meter } from "../meter.ts";
import { proveOnce } from "../prove-once.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { spreadOf } from "../statistics.ts";
import { PATIENCE } from "./patience.ts";

const EACH = 1_000;

const AT_ONCE = 10;

const LATENCY_MS = 100;

/** Campaigns that are sent with nothing beside them, one after the other. */
const ALONE = 10;

/** What became of the campaigns of one round, in milliseconds from the first call, in the order of the calls. */
type Ends = readonly number[];

/** Many small sends at the same time: how much longer than one alone the last of them takes. */
export const campaigns: Row = {
  number: 21,
  name: "campaigns",
  about: "1,000 sends of 1,000 recipients at once, until each has its result, against one alone",
  run: async (setting) => {
    const rig = await openRig({ ...setting, latencyMs: LATENCY_MS });
    try {
      return await measure(rig, setting);
    } finally {
      await rig.close();
    }
  },
};

async function measure(
  rig: Rig,
  { rounds, scaled, say }: RowSetting,
): Promise<{ measurements: Measurement[]; notes: string[]; data: object }> {
  const count = scaled(1_000, 100);
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const meter = createMeter({ worker: worker.pid, producer: producer.pid, redis: rig.redisPid });
  await round(rig, producer, createMeter({}), { key: "warm", count });
  const single: number[] = [];
  const all: Ends[] = [];
  for (let at = 0; at < rounds; at += 1) {
    for (let one = 0; one < ALONE; one += 1) {
      single.push(...(await round(rig, producer, createMeter({}), { key: `alone ${at} ${one}`, count: 1 })));
    }
    const ends = await round(rig, producer, meter, { key: `round ${at}`, count });
    all.push(ends);
    say(`${count} at once: the last after ${Math.round(Math.max(...ends))} ms`);
  }
  const aloneMs = spreadOf(single).median;
  const last = all.map((ends) => Math.max(...ends));
  const what = `${count.toLocaleString("en")} sends of ${EACH.toLocaleString("en")} at once`;
  const late = all.map((ends) => latenessOf(ends, aloneMs));
  return {
    measurements: [
      alone("one send of 1,000 alone, until its result", "ms", single, null),
      {
        name: `${what}: until the last has its result`,
        unit: "s",
        ours: spreadOf(last.map((ms) => ms / 1_000)),
        baseline: { name: "its share of the slots", spread: spreadOf([turnOf(count, aloneMs) / 1_000]) },
        ratio: spreadOf(last.map((ms) => ms / turnOf(count, aloneMs))),
        threshold: null,
        costs: meter.costs(),
      },
      alone(`${what}: later than its turn, the middle one`, "ms", late.map(middleOf), null),
      alone(
        `${what}: later than its turn, the latest`,
        "ms",
        late.map((ms) => Math.max(...ms)),
        null,
      ),
    ],
    notes: [`One request takes ${LATENCY_MS} ms, ${AT_ONCE} are in flight: ${AT_ONCE} sends end in the time of one.`],
    data: { aloneMs, atOnce: AT_ONCE, count, ends: all.at(-1) },
  };
}

/** When a send has its result that is the n-th of those that share the slots, each of which takes as long as one alone. */
function turnOf(place: number, aloneMs: number): number {
  return Math.ceil(place / AT_ONCE) * aloneMs;
}

/** How much after its turn each has its result; before it is not late. */
function latenessOf(ends: Ends, aloneMs: number): number[] {
  return ends.map((ms, index) => Math.max(0, ms - turnOf(index + 1, aloneMs)));
}

function middleOf(values: readonly number[]): number {
  return spreadOf(values).median;
}

async function round(
  rig: Rig,
  producer: AskedProcess,
  meter: Meter,
  { key, count }: { readonly key: string; readonly count: number },
): Promise<Ends> {
  const queue = rig.queue("us");
  const patience = { ...PATIENCE, signal: rig.signal };
  await rig.provider.reset();
  const sent = await meter.measure(count * EACH, async () => {
    const ask = { key, region: "us", count, recipients: EACH };
    const answer = await producer.ask<{ ids: readonly string[]; startedAt: number }>("campaigns", ask);
    await rig.provider.texted(count * EACH, patience);
    await drained(queue, patience);
    return answer;
  });
  await proveOnce(rig.provider, count * EACH);
  const ends: number[] = [];
  for (const id of sent.ids) ends.push(((await queue.getJob(id))?.finishedOn ?? NaN) - sent.startedAt);
  await queue.clean(0, 0, "completed");
  return ends;
}
