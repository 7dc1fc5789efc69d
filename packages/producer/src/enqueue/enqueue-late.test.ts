import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const HOUR_MS = 60 * 60 * 1_000;
const NUMBER = "46701234567";
const MESSAGE = { from: "Volley", body: "Hi" };
const EXPIRED = { code: "VOLLEY_INVALID_SEND", problems: [{ field: "expire_at" }] };

type Call = (idempotencyKey: string, body?: string) => Promise<{ id: string; alreadyEnqueued: boolean }>;

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;
let now: Date;
let expireAt: string;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  now = new Date();
  expireAt = new Date(now.getTime() + HOUR_MS).toISOString();
  producer = createProducer({ redis, prefix, routes: { prefixes: { "46": "eu" } }, now: () => now });
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const timed = (body: string) => ({ ...MESSAGE, body, expire_at: expireAt });
const short: Call = async (idempotencyKey, body = "Hi") =>
  producer.enqueue({ ...timed(body), to: [NUMBER] }, { region: "eu", idempotencyKey });
const stream: Call = async (idempotencyKey, body = "Hi") =>
  producer.enqueue({ ...timed(body), to: new Set([NUMBER]) }, { region: "eu", idempotencyKey });
const routed: Call = async (idempotencyKey, body = "Hi") =>
  producer.enqueue({ ...timed(body), to: [NUMBER] }, { region: "auto", idempotencyKey });
const coalesced: Call = async (idempotencyKey, body = "Hi") =>
  producer.coalesce({ ...timed(body), to: NUMBER }, { region: "eu", idempotencyKey });

/** As a process leaves it that died before it wrote down that the sends of all regions are there. */
async function forgetLastStep(): Promise<void> {
  for (const key of await redis.keys(`${prefix}:routed:*`)) await redis.hset(key, "state", "begun");
}

describe.each<[string, Call]>([
  ["a short list", short],
  ["a stream", stream],
  ["a routed list", routed],
  ["a coalesced message", coalesced],
])("%s that has expired since", (_, call) => {
  it("is found under the key that it was enqueued with", async () => {
    const { id } = await call("17");
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect(await call("17")).toMatchObject({ id, alreadyEnqueued: true });
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("is a conflict where its key stands for other content", async () => {
    await call("17");
    now = new Date(now.getTime() + 2 * HOUR_MS);
    await expect(call("17", "Ho")).rejects.toMatchObject({ code: "VOLLEY_IDEMPOTENCY_CONFLICT" });
  });

  it("is refused where nobody knows its key, which stays as good as new", async () => {
    now = new Date(now.getTime() + 2 * HOUR_MS);
    await expect(call("17")).rejects.toMatchObject(EXPIRED);
    expect(await queue.getWaitingCount()).toBe(0);
    expect(await redis.keys(`${prefix}:keys:*`)).toEqual([]);
    expireAt = new Date(now.getTime() + HOUR_MS).toISOString();
    expect(await call("17")).toMatchObject({ alreadyEnqueued: false });
  });
});

describe("a routed list that has expired since, and whose producer died", () => {
  it("after its sends were added is there", async () => {
    const { id } = await routed("17");
    await forgetLastStep();
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect(await routed("17")).toMatchObject({ id, alreadyEnqueued: true });
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("before its sends were added is refused: nothing is enqueued", async () => {
    await routed("17");
    await forgetLastStep();
    await queue.obliterate({ force: true });
    for (const key of await redis.keys(`${prefix}:keys:eu*`)) await redis.del(key);
    now = new Date(now.getTime() + 2 * HOUR_MS);
    await expect(routed("17")).rejects.toMatchObject(EXPIRED);
    expect(await queue.getWaitingCount()).toBe(0);
  });
});

it("a coalesced message without a key is refused once it has expired", async () => {
  now = new Date(now.getTime() + 2 * HOUR_MS);
  const message = { ...timed("Hi"), to: NUMBER };
  await expect(producer.coalesce(message, { region: "eu" })).rejects.toMatchObject(EXPIRED);
});
