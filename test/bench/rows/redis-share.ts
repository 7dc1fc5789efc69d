import type { AskedProcess } from "../bench-process.ts";
import { drained } from "../drained.ts";
import type { Measurement } from "../measurement.ts";
import { alone } from "../measurement.ts";
import { cpuMsOf } from "../process-cost.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Row, RowSetting } from "../row.ts";
import { spreadOf } from "../statistics.ts";
import { PATIENCE } from "./patience.ts";

const AT_ONCE = 10;

/** A kind of work, and for how many recipients it is done. */
type Work = {
  readonly name: string;
  readonly recipients: number;
  /** Done before, for nothing. */
  readonly before: (key: string) => Promise<unknown>;
  readonly run: (key: string) => Promise<unknown>;
};

/** What all of it asks of the one process that everybody shares. */
export const redisShare: Row = {
  number: 22,
  name: "redis-share",
  about: "Redis' own processor time and commands per recipient, beside the worker's and the producer's",
  run: async (setting) => {
    const rig = await openRig({ ...setting, keep: "counts" });
    try {
      return { measurements: await measure(rig, setting), notes: [] };
    } finally {
      await rig.close();
    }
  },
};

async function measure(rig: Rig, { rounds, scaled, say }: RowSetting): Promise<Measurement[]> {
  const worker = await rig.startWorker({ VOLLEY_US_CONCURRENCY: String(AT_ONCE) });
  const producer = await rig.startProducer();
  const adder = rig.startChild("job-adder");
  const clients = [worker.pid, producer.pid];
  const lines: Measurement[] = [];
  const sizes = { large: scaled(1_000_000, 1_000), many: scaled(20_000, 100) };
  for (const work of worksOf(rig, producer, adder, sizes)) {
    const rows: (readonly [number, number, number])[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const cost = await costOf(rig, clients, work, `${work.name} ${round}`);
      if (round > 0) rows.push(cost);
    }
    const what = `${work.recipients.toLocaleString("en")} ${work.name}`;
    const [redisUs, clientUs] = [rows.map(([us]) => us), rows.map(([, us]) => us)];
    say(`${what}: ${redisUs.map((us) => us.toFixed(2)).join(", ")} µs of Redis`);
    lines.push(
      {
        name: what,
        unit: "µs of Redis per recipient",
        ours: spreadOf(redisUs),
        baseline: { name: "worker and producer", spread: spreadOf(clientUs) },
        ratio: spreadOf(rows.map(([redis, client]) => redis / client)),
        threshold: null,
        costs: [],
      },
      alone(
        what,
        "commands per recipient",
        rows.map(([, , commands]) => commands),
        null,
      ),
    );
  }
  return lines;
}

function worksOf(
  rig: Rig,
  producer: AskedProcess,
  adder: AskedProcess,
  { large, many }: { readonly large: number; readonly many: number },
): Work[] {
  const queue = rig.queue("us");
  const place = { redisUrl: rig.redisUrl, queue: "volley-us", prefix: "{volley}" };
  const enqueue = async (key: string): Promise<unknown> =>
    producer.ask("enqueue", { key, region: "us", recipients: large, shape: "pages" });
  const coalesce = async (key: string): Promise<unknown> =>
    producer.ask("coalesce", { key, region: "us", count: many });
  const addSingles = async (key: string): Promise<unknown> =>
    adder.ask("singles", {
      ...place,
      count: many,
      name: "send",
      idPrefix: key.replaceAll(/\W/g, "-"),
      hasOwnText: true,
    });
  const letGo = async (): Promise<void> => queue.resume();
  return [
    // Whatever is enqueued here is sent in the same round, outside of what is measured.
    { name: "recipients of one send, enqueued", recipients: large, before: async () => {}, run: enqueue },
    { name: "recipients of one send, planned and sent", recipients: large, before: enqueue, run: letGo },
    { name: "sends to one person, sent", recipients: many, before: addSingles, run: letGo },
    { name: "coalesced messages, enqueued", recipients: many, before: async () => {}, run: coalesce },
    { name: "coalesced messages, sent", recipients: many, before: coalesce, run: letGo },
  ];
}

/** @returns microseconds of Redis and of its clients, and commands, each per recipient */
async function costOf(
  rig: Rig,
  clients: readonly number[],
  { recipients, before, run }: Work,
  key: string,
): Promise<readonly [number, number, number]> {
  const queue = rig.queue("us");
  const patience = { ...PATIENCE, signal: rig.signal };
  await rig.provider.reset();
  await queue.pause();
  await before(key);
  const spent = async (): Promise<readonly [number, number, number]> => [
    cpuMsOf(rig.redisPid) * 1_000,
    clients.reduce((sum, pid) => sum + cpuMsOf(pid) * 1_000, 0),
    Number(/^total_commands_processed:(\d+)/m.exec(await rig.redis.info("stats"))?.[1]),
  ];
  const from = await spent();
  await run(key);
  const isSent = !(await queue.isPaused());
  if (isSent) await drained(queue, patience);
  const to = await spent();
  await queue.resume();
  await drained(queue, patience);
  await queue.clean(0, 0, "completed");
  const [redis, client, commands] = to.map((value, index) => (value - (from[index] ?? 0)) / recipients);
  return [redis ?? NaN, client ?? NaN, commands ?? NaN];
}
