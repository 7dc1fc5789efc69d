import type { AskedProcess } from "../bench-process.ts";
import { alone, type Measurement } from "../measurement.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { until } from "../until.ts";
import { PATIENCE } from "./patience.ts";

/** How long the provider takes for one request: the unit of the answer. */
const LATENCY_MS = 100;

/** A large send is under way when this many of its recipients were texted. */
const UNDER_WAY = 20_000;

const PACE = 20_000;

const LOOK_MS = 5;

type Case = { readonly what: string; readonly priority?: "urgent"; readonly pace?: number };

const CASES: readonly Case[] = [
  { what: "a send to one person" },
  { what: "an urgent one", priority: "urgent" },
  { what: `an urgent one, paced to ${PACE.toLocaleString("en")}/s`, priority: "urgent", pace: PACE },
  { what: `a send to one person, paced to ${PACE.toLocaleString("en")}/s`, pace: PACE },
];

/** How soon a short send goes out while a long one waits. */
export const urgent: Row = {
  number: 10,
  name: "urgent",
  about: "a send to one person while 1,000,000 recipients wait, in units of one request's time",
  run: async (setting) => {
    const measurements: Measurement[] = [];
    for (const each of CASES) measurements.push(await measure(setting, each));
    return { measurements, notes: [`One request takes ${LATENCY_MS} ms, 10 are in flight.`] };
  },
};

async function measure(setting: RowSetting, { what, priority, pace }: Case): Promise<Measurement> {
  const { isDurable, signal, scaled, say } = setting;
  const recipients = scaled(1_000_000, 400_000);
  const sends = scaled(20, 5);
  const rig = await openRig({ isDurable, signal, latencyMs: LATENCY_MS });
  try {
    await rig.startWorker(pace === undefined ? {} : { VOLLEY_US_RECIPIENTS_PER_SECOND: String(pace) });
    const producer = await rig.startProducer();
    await producer.ask("enqueue", { key: "large", region: "us", recipients, shape: "pages" });
    await rig.provider.texted(UNDER_WAY, { ...PATIENCE, signal });
    const waits: number[] = [];
    for (let index = 0; index < sends; index += 1) {
      waits.push((await waitOfOne(rig, producer, { first: recipients + index, priority })) / LATENCY_MS);
    }
    const { texted } = await rig.provider.stats();
    if (texted >= recipients) throw new Error("the large send was over before the last of the short ones");
    say(`${what}: ${waits.map((wait) => wait.toFixed(2)).join(" ")}`);
    const name = `${what}, ${recipients.toLocaleString("en")} recipients waiting: until its request is out`;
    return alone(name, "× one request's time", waits, null);
  } finally {
    await rig.close();
  }
}

/** @returns milliseconds from the call of the producer until the provider has the request */
async function waitOfOne(
  { provider, queue, signal }: Rig,
  producer: AskedProcess,
  { first, priority }: { readonly first: number; readonly priority: "urgent" | undefined },
): Promise<number> {
  const { requests: before } = await provider.stats();
  const ask = { key: `one ${first}`, region: "us", recipients: 1, shape: "list", first, ...(priority && { priority }) };
  const { id, startedAt } = await producer.ask<{ id: string; startedAt: number }>("enqueue", ask);
  await until("a short send", { longestMs: 60_000, everyMs: LOOK_MS, signal }, async () =>
    (await queue("us").getJobState(id)) === "completed" ? true : null,
  );
  const { requests: after } = await provider.stats();
  const since = await provider.requests(before, after - before);
  const own = since.find(({ recipients }) => recipients === 1);
  if (own === undefined) throw new Error("the provider knows nothing of the short send");
  return own.at - startedAt;
}
