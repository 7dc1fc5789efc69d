import { afterAll, afterEach, expect, it } from "@jest/globals";
import { isRegionName, queueName } from "@volley/contract";
import { EVENT_TYPES, type KeptEvent } from "@volley/receipts";
import { Queue } from "bullmq";
import { startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createQueueSink, EVENTS_QUEUE } from "../queue/queue-sink.ts";
import { cursorKey, leaseKey } from "../terms/keys.ts";
import type { Sink } from "../terms/sink.ts";
import { type Relay, startRelay } from "./start-relay.ts";

const redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
const prefix = ownPrefix();
const said: string[] = [];
const log = { info: (_: object, text: string) => said.push(text), warn: (_: object, text: string) => said.push(text) };
const relays: Relay[] = [];
let written = 0;

const EVENT: KeptEvent = { id: "evt_1", type: EVENT_TYPES[0], at: "2026-11-30T14:00:00.000Z", region: "eu", data: {} };

afterEach(async () => {
  await Promise.all(relays.splice(0).map(async (relay) => relay.close()));
  await dropPrefix(prefix);
  said.splice(0);
});

afterAll(() => redis.disconnect());

function start(...sinks: readonly Sink[]): Relay {
  const relay = startRelay({ redis, prefix, log, sinks });
  relays.push(relay);
  return relay;
}

/** @returns the IDs */
async function write(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `evt_${written++}`);
  const pipeline = redis.pipeline();
  for (const id of ids) {
    const fields = [
      "id",
      id,
      "type",
      EVENT_TYPES[0],
      "at",
      "2026-11-30T14:00:00.000Z",
      "region",
      "eu",
      "data",
      '{"n":1}',
    ];
    pipeline.xadd(`${prefix}:events`, "*", ...fields);
  }
  await pipeline.exec();
  return ids;
}

/** A sink that remembers what it was given. */
function memory(
  take: (events: readonly KeptEvent[]) => Promise<void> = async () => {},
): Sink & { readonly taken: string[] } {
  const taken: string[] = [];
  return {
    name: "memory",
    taken,
    take: async (events) => {
      taken.push(...events.map(({ id }) => id));
      await take(events);
    },
  };
}

it("hands on every event once, in their order, whoever of two relays does it", async () => {
  const sinks = [memory(), memory()];
  for (const sink of sinks) start(sink);
  const ids = await write(1_200);
  const taken = (): string[] => sinks.flatMap((sink) => sink.taken);
  await eventually(() => taken().length >= ids.length, "all events");
  ids.push(...(await write(3)));
  await eventually(() => taken().length >= ids.length, "later events");
  expect(taken()).toEqual(ids);
});

it("goes on where a relay was that has died between the hand-over and the cursor, with the same IDs", async () => {
  const ids = await write(2);
  const ends: (() => void)[] = [];
  const dying = memory(async () => new Promise((resolve) => void ends.push(resolve)));
  start(dying);
  await eventually(() => dying.taken.length === 2, "a relay in the middle of it");
  // What is left of a process that was killed: a lease that nobody renews.
  await redis.set(leaseKey(prefix, "memory"), "a dead one", "PX", 500);
  const next = memory();
  start(next);
  await eventually(() => next.taken.length === 2, "the next relay");
  expect(next.taken).toEqual(ids);
  expect(dying.taken).toEqual(ids);
  await eventually(async () => (await redis.get(cursorKey(prefix, "memory"))) !== null, "the cursor");
  for (const end of ends) end();
});

it("gives a sink nothing behind what it could not take, says so once, and feeds the others meanwhile", async () => {
  const [first] = await write(1);
  let failures = 0;
  const failing = memory(async () => {
    failures += 1;
    if (failures < 3) throw new Error("not now");
  });
  const other = { ...memory(), name: "other" };
  start(failing, other);
  await eventually(() => failures >= 1, "a failure");
  const [second] = await write(1);
  await eventually(() => other.taken.length === 2, "the other sink");
  await eventually(() => failing.taken.includes(second ?? ""), "the second event");
  await eventually(() => said.length === 2, "the third try");
  expect(failing.taken.filter((id) => id === first)).toHaveLength(3);
  expect(said.filter((text) => text.startsWith("events could not be relayed"))).toHaveLength(1);
  expect(said).toContain("events are relayed again");
});

it("makes each event a job with its type and ID, one of those that come twice", async () => {
  const ids = await write(3);
  start(createQueueSink({ redis, prefix }));
  const queue = new Queue(EVENTS_QUEUE, { connection: redis, prefix });
  await eventually(async () => (await queue.getWaitingCount()) === 3, "three jobs");
  await redis.del(cursorKey(prefix, "queue"));
  const [more] = await write(1);
  await eventually(async () => (await queue.getJob(more ?? "")) !== undefined, "a fourth job");
  const jobs = await queue.getWaiting();
  expect(new Set(jobs.map(({ id }) => id))).toEqual(new Set([...ids, more]));
  expect(jobs[0]).toMatchObject({ name: EVENT_TYPES[0], data: { type: EVENT_TYPES[0], region: "eu", data: { n: 1 } } });
  await queue.close();
});

it("has a queue that is no region's", () => {
  expect(isRegionName(EVENTS_QUEUE.slice(queueName("").length))).toBe(false);
});

it("has its queue although Redis was away when it was first needed", async () => {
  const away = await startRedis({ prefer: "server" });
  const own = new Redis(away.url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy: () => 100 });
  own.on("error", () => {});
  await away.kill();
  const sink = createQueueSink({ redis: own, prefix });
  const first = sink.take([EVENT]).catch(() => {});
  await away.restart();
  await first;
  await eventually(
    async () =>
      sink.take([EVENT]).then(
        () => true,
        () => false,
      ),
    "a queue",
  );
  const queue = new Queue(EVENTS_QUEUE, { connection: own, prefix });
  expect(await queue.getWaitingCount()).toBe(1);
  await queue.close();
  await sink.close?.();
  own.disconnect();
  await away.stop();
});

it("says which events a sink has missed, and goes on with what is kept", async () => {
  const sink = memory();
  await write(3);
  const [, second] = await redis.xrange(`${prefix}:events`, "-", "+");
  await redis.set(cursorKey(prefix, "memory"), "1-0");
  await redis.hset(`${prefix}:events:outbox`, "gone", second?.[0] ?? "");
  await redis.xtrim(`${prefix}:events`, "MAXLEN", 1);
  start(sink);
  await eventually(() => sink.taken.length === 1, "what is kept");
  expect(said).toContain("events were dropped before they were relayed: too many, or too old");
});

it("passes over what Volley has not written", async () => {
  const sink = memory();
  await redis.xadd(`${prefix}:events`, "*", "data", "{", "id", "evt_x", "type", "x");
  await redis.xadd(`${prefix}:events`, "*", "hello", "world");
  const ids = await write(1);
  start(sink);
  await eventually(() => sink.taken.length > 0, "the event");
  expect(sink.taken).toEqual(ids);
});

it("leaves events in the stream while too many jobs wait", async () => {
  start(createQueueSink({ redis, prefix, mostWaiting: 2 }));
  const queue = new Queue(EVENTS_QUEUE, { connection: redis, prefix });
  await write(2);
  await eventually(async () => (await queue.getWaitingCount()) === 2, "two jobs");
  await write(1);
  await eventually(() => said.length > 0, "a word about it");
  expect(await queue.getWaitingCount()).toBe(2);
  await queue.drain();
  await eventually(async () => (await queue.getWaitingCount()) === 1, "the third event");
  await queue.close();
});
