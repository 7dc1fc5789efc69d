import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { partId, queueName, stageKey } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const NUMBER = "46701234567";
const KEY = "order 17";
const CONFLICT = { code: "VOLLEY_IDEMPOTENCY_CONFLICT" };

type Call = (body: string) => Promise<{ readonly id: string; readonly alreadyEnqueued: boolean }>;

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = createProducer({ redis: testRedisUrl(), prefix, rememberMs: 1, routes: { prefixes: { "46": "eu" } } });
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const short: Call = async (body) =>
  producer.enqueue({ from: "Volley", to: [NUMBER], body }, { region: "eu", idempotencyKey: KEY });
const stream: Call = async (body) =>
  producer.enqueue({ from: "Volley", to: new Set([NUMBER]), body }, { region: "eu", idempotencyKey: KEY });
const routed: Call = async (body) =>
  producer.enqueue({ from: "Volley", to: [NUMBER], body }, { region: "auto", idempotencyKey: KEY });
const coalesced: Call = async (body) =>
  producer.coalesce({ from: "Volley", to: NUMBER, body }, { region: "eu", idempotencyKey: KEY });

/** Until what is remembered for a millisecond is older than that, by Redis's own clock. */
async function untilForgotten(): Promise<void> {
  const before = await redisMs();
  await eventually(async () => (await redisMs()) > before + 5, "some milliseconds");
}

async function redisMs(): Promise<number> {
  const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
  return seconds * 1_000 + micros / 1_000;
}

async function onlyJob() {
  const jobs = await queue.getJobs();
  expect(jobs).toHaveLength(1);
  const [job] = jobs;
  if (!job) throw new Error("there is no job");
  return job;
}

describe.each<[string, Call]>([
  ["a short list", short],
  ["a stream", stream],
  ["a routed list", routed],
  ["a coalesced message", coalesced],
])("the key of %s whose time is over", (_, call) => {
  it("stands for its send while that is on the queue", async () => {
    const { id } = await call("Hi");
    await untilForgotten();
    await expect(call("Ho")).rejects.toMatchObject(CONFLICT);
    expect(await call("Hi")).toMatchObject({ id, alreadyEnqueued: true });
    await onlyJob();
  });

  it("stands for its send while the cancellation is remembered, though the job is gone", async () => {
    const { id } = await call("Hi");
    await expect(producer.cancel(id, { waitMs: 1 })).rejects.toMatchObject({ code: "VOLLEY_WORKER_SILENT" });
    await queue.obliterate({ force: true });
    await untilForgotten();
    await expect(call("Ho")).rejects.toMatchObject(CONFLICT);
    expect(await call("Hi")).toMatchObject({ id, alreadyEnqueued: true });
    expect(await queue.getJobs()).toEqual([]);
  });

  it("is as good as new once nothing of its send is left", async () => {
    await call("Hi");
    await untilForgotten();
    await queue.obliterate({ force: true });
    const { id, alreadyEnqueued } = await call("Ho");
    expect(alreadyEnqueued).toBe(false);
    expect((await onlyJob()).data).toMatchObject({ body: "Ho" });
    expect(await call("Ho")).toMatchObject({ id, alreadyEnqueued: true });
  });
});

describe("the key of a send that is gone", () => {
  const numbers = Array.from({ length: 2_500 }, (_, index) => `${46_700_000_000 + index}`);
  const long: Call = async (body) =>
    producer.enqueue({ from: "Volley", to: numbers, body }, { region: "eu", idempotencyKey: KEY });

  it.each<[string, (id: string) => string]>([
    ["a part", (id) => partId(id, 2)],
    ["the answer to a cancellation", (id) => `${id}.cancel`],
    ["what a person has decided", (id) => `${id}.resolve`],
  ])("stands while %s is left, which a new send would meet", async (_, jobIdOf) => {
    const { id } = await long("Hi");
    await queue.obliterate({ force: true });
    await queue.add("left", {}, { jobId: jobIdOf(id) });
    await untilForgotten();
    await expect(long("Ho")).rejects.toMatchObject(CONFLICT);
    await queue.remove(jobIdOf(id));
    expect(await long("Ho")).toMatchObject({ alreadyEnqueued: false });
  });
});

it("a job that is there without a key is no success", async () => {
  const { id } = await short("Hi");
  for (const key of await redis.keys(`${prefix}:keys:*`)) await redis.del(key);
  await expect(short("Ho")).rejects.toMatchObject(CONFLICT);
  await expect(stream("Hi")).rejects.toMatchObject(CONFLICT);
  expect((await onlyJob()).id).toBe(id);
  expect(await redis.keys(stageKey(prefix, "*"))).toEqual([]);
});
