import { setTimeout as pause } from "node:timers/promises";
import { referredSend } from "@volley/contract";
import type { Emulator } from "@volley/emulator";
import { startRedis } from "@volley/local-redis";
import type { Producer } from "@volley/producer";
import { FIRST_EVENTS, type KeptEvent, readEvents } from "@volley/receipts";
import { eventually } from "../stage/eventually.ts";
import { plansOf } from "../stage/stage.ts";
import { startConsumer, startQueueConsumer } from "./consumer.ts";
import { type Evidence, judgeWayBack, type ToldEnd, type ToldSend } from "./judge-way-back.ts";
import { REGIONS, type Rig, setUpRig, speedFor } from "./set-up-rig.ts";
import { askForEnds } from "./truth.ts";
import type { WayBackArguments } from "./way-back-arguments.ts";

/** What came of a run. */
export type WayBackReport = {
  readonly problems: readonly string[];
  readonly recipients: number;
  readonly batches: number;
  /** What the provider has called back with, and how often it had to. */
  readonly callbacks: ReturnType<Emulator["callbacks"]>;
  readonly events: number;
  /** How many of them the queue has brought twice or more. */
  readonly readAgain: number;
  readonly webhooksKills: number;
  readonly redisKills: number;
  readonly seconds: number;
};

/** How a run is made. */
export type WayBackOptions = WayBackArguments & {
  /** What each send asks for, in turn. @default per_recipient_final alone */
  readonly kinds?: readonly ("per_recipient_final" | "per_recipient" | "full")[];
  /** Told what is done, as it is done. */
  readonly say: (line: string) => void;
};

/** A made-up number. */
const SENDER = "12015550100";

const SENDS = 8;

/** After which share of the callbacks who is killed. */
const KILLS = [
  [0.1, "webhooks"],
  [0.35, "redis"],
  [0.5, "webhooks"],
  [0.8, "webhooks"],
] as const;

/** How long a Redis is away, in milliseconds. */
const REDIS_DOWN_MS = 1_000;

/** One of so many people answers. */
const PEOPLE_PER_ANSWER = 500;

/** The longest that each stage of a run may take, in milliseconds: so long for 200,000 people, and for anybody. */
const longestMs = (recipients: number): number => 120_000 + recipients * 4;

/** Sends, lets the provider call back in disorder while everything is killed, and compares. */
export async function runWayBack(options: WayBackOptions): Promise<WayBackReport> {
  const { say, recipients, fsync } = options;
  const startedAt = performance.now();
  const stopping: (() => Promise<unknown>)[] = [];
  try {
    const local = await startRedis({
      prefer: "server",
      install: false,
      persistence: fsync === "always" ? fsync : true,
    });
    stopping.unshift(async () => local.stop());
    const rig = await setUpRig(local, options, stopping);
    const consumer = startConsumer(rig.redis, rig.prefix);
    const queue = startQueueConsumer(rig.redis, rig.prefix);
    stopping.unshift(async () => queue.close());
    const inbounds: string[] = [];
    const strikes = strikeAll(rig, options, inbounds);
    const ids = await enqueueAll(rig.producer, options);
    say(`${recipients} recipients enqueued in ${SENDS} sends`);
    const kills = await strikes;
    await allOver(rig, ids, recipients);
    say("everything was called back");
    await consumer.finish();
    // What is written last is on the queue a moment later.
    await eventually(() => queue.seen.size >= consumer.seen.size, "the queue of events", longestMs(recipients));
    const seen = { cursor: consumer.seen, queue: queue.seen };
    const evidence = await collect(rig, ids, seen, inbounds);
    return {
      problems: judgeWayBack(evidence),
      recipients,
      batches: rig.emulator.batches().length,
      callbacks: rig.emulator.callbacks(),
      events: evidence.events.length,
      readAgain: [...queue.seen.values()].filter((times) => times > 1).length,
      webhooksKills: kills.webhooks,
      redisKills: kills.redis,
      seconds: (performance.now() - startedAt) / 1_000,
    };
  } finally {
    for (const stop of stopping) await stop();
  }
}

async function enqueueAll(producer: Producer, { recipients, kinds }: WayBackOptions): Promise<string[]> {
  const wanted = kinds ?? ["per_recipient_final"];
  const ids: string[] = [];
  for (let index = 0; index < SENDS; index += 1) {
    const [from, to] = [index, index + 1].map((place) => Math.floor((recipients * place) / SENDS));
    const send = {
      from: SENDER,
      to: people(from ?? 0, to ?? 0),
      body: "Hi",
      delivery_report: wanted[index % wanted.length] ?? "per_recipient_final",
      client_reference: `way back ${index}`,
    };
    const { id } = await producer.enqueue(send, { region: REGIONS[index % 2] ?? "", idempotencyKey: `send ${index}` });
    ids.push(id);
  }
  return ids;
}

function people(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `+46${700_000_000 + from + index}`);
}

/** Kills as the callbacks arrive, and lets people answer meanwhile. */
async function strikeAll(
  rig: Rig,
  options: WayBackOptions,
  inbounds: string[],
): Promise<{ webhooks: number; redis: number }> {
  const { recipients, say } = options;
  const kills = { webhooks: 0, redis: 0 };
  for (const [share, who] of KILLS) {
    const delivered = (): number => rig.emulator.callbacks().delivered;
    await eventually(() => delivered() >= recipients * share, `${share} of the callbacks`, longestMs(recipients));
    for (let index = 0; index < recipients / PEOPLE_PER_ANSWER / KILLS.length; index += 1) {
      const plan = `${REGIONS[index % 2]}-plan`;
      const from = String(46_700_000_000 + inbounds.length);
      inbounds.push(rig.emulator.receive({ plan, from, to: SENDER, body: "Yes" }).id);
    }
    say(`${delivered()} callbacks are taken: ${who} is killed`);
    kills[who] += 1;
    if (who === "webhooks") await rig.webhooks.restart();
    else {
      await rig.local.kill();
      await pause(REDIS_DOWN_MS);
      await rig.local.restart();
    }
  }
  return kills;
}

async function allOver({ producer, emulator }: Rig, ids: readonly string[], recipients: number): Promise<void> {
  for (const id of ids) {
    await eventually(
      async () => (await producer.status(id).catch(() => null))?.result,
      `the end of ${id}`,
      longestMs(recipients),
    );
  }
  await eventually(
    () => emulator.callbacks().pending === 0 && emulator.callbacks().delivered >= recipients / 1_000,
    "the end of all callbacks",
    longestMs(recipients),
  );
  // Reports that come twice come a while after the first one.
  await eventually(
    async () => {
      const before = emulator.callbacks().attempts;
      await pause((2 * 10_000) / speedFor(recipients));
      return emulator.callbacks().pending === 0 && emulator.callbacks().attempts === before;
    },
    "quiet",
    longestMs(recipients),
  );
}

async function collect(rig: Rig, ids: readonly string[], seen: Evidence["seen"], inbounds: readonly string[]) {
  const tokens = new Map(Object.entries(plansOf(REGIONS)));
  const sends: ToldSend[] = [];
  const all = rig.emulator.batches();
  for (const id of ids) {
    const status = await rig.producer.status(id);
    const { result, delivery } = status ?? {};
    if (!result || !delivery) throw new Error(`${id} has no result or no reports`);
    const batches = all.filter((batch) => referredSend(batch.client_reference)?.id === id).map((batch) => batch.id);
    sends.push({ id, accepted: result.recipients.accepted, delivery, batches, ends: await endsOf(rig.producer, id) });
  }
  const events = await allEvents(rig);
  return { truth: await askForEnds(rig.emulator, tokens), sends, events, seen, inbounds };
}

async function endsOf(producer: Producer, id: string): Promise<ToldEnd[]> {
  const ends: ToldEnd[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await producer.deliveries(id, cursor === undefined ? {} : { cursor });
    ends.push(...page.deliveries);
    cursor = page.cursor;
  }
  return ends;
}

async function allEvents({ redis, prefix }: Rig): Promise<KeptEvent[]> {
  const events: KeptEvent[] = [];
  for (let cursor = FIRST_EVENTS; ;) {
    const page = await readEvents(redis, prefix, { cursor, limit: 5_000 });
    if (page.events.length === 0) return events;
    events.push(...page.events);
    ({ cursor } = page);
  }
}
