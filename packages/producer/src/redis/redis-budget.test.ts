import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { createProducer, type Producer } from "../producer/producer.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
const PREFIX = "{volley}";
const FULL = { name: "ProducerError", code: "VOLLEY_REDIS_FULL" };

/** How much Redis may hold is a setting of the whole server: a server of its own. */
let server: LocalRedis;
let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue("volley-eu", { connection: redis, prefix: PREFIX });
});

beforeEach(() => {
  producer = createProducer({ redis, prefix: PREFIX });
});

afterEach(async () => {
  await producer.close();
  await redis.config("SET", "maxmemory", "0");
  await redis.flushall();
});

afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

function* people(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1) yield String(46_700_000_000 + index);
}

describe("a Redis that holds more than it may", () => {
  it.each([
    ["a short list", () => SEND.to],
    ["a stream", () => people(3)],
  ])("takes no send: %s", async (_, to) => {
    const frugal = createProducer({ redis, prefix: PREFIX, maxRedisBytes: 1_000 });
    const enqueued = frugal.enqueue({ ...SEND, to: to() }, { region: "eu", idempotencyKey: "1" });
    await expect(enqueued).rejects.toMatchObject({
      ...FULL,
      message: expect.stringMatching(/^Redis holds [\d,]+ of 1,000 bytes .* may be made again/),
    });
    await frugal.close();
    expect(await queue.getWaitingCount()).toBe(0);
    expect(await redis.keys(`${PREFIX}:stages:*`)).toEqual([]);
  });

  it.each([
    ["a short list", () => SEND.to],
    ["a stream", () => people(3)],
    ["a routed list", () => SEND.to],
  ])("leaves the key of what it does not take to another content: %s", async (kind, to) => {
    const own = { region: kind === "a routed list" ? "auto" : "eu", idempotencyKey: "1" };
    const routes = { prefixes: { "46": "eu" } };
    const frugal = createProducer({ redis, prefix: PREFIX, routes, maxRedisBytes: 1_000 });
    const roomy = createProducer({ redis, prefix: PREFIX, routes });
    await expect(frugal.enqueue({ ...SEND, to: to() }, own)).rejects.toMatchObject(FULL);
    expect(await redis.keys(`${PREFIX}:keys:*`)).toEqual([]);
    const enqueued = await roomy.enqueue({ ...SEND, body: "Corrected", to: to() }, own);
    expect(enqueued.alreadyEnqueued).toBe(false);
    await frugal.close();
    await roomy.close();
  });

  it("says so in the middle of a list, and its beginning is gone", async () => {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
    const frugal = createProducer({ redis, prefix: PREFIX, maxRedisBytes: used + 2_000_000 });
    const enqueued = frugal.enqueue({ ...SEND, to: people(1_000_000) }, { region: "eu", idempotencyKey: "1" });
    await expect(enqueued).rejects.toMatchObject(FULL);
    await frugal.close();
    expect(await redis.keys(`${PREFIX}:stages:*`)).toEqual([]);
  });

  it.each([
    ["a short list", () => SEND.to],
    ["a stream", () => people(3)],
  ])("still knows what it has: %s", async (_, to) => {
    await producer.enqueue({ ...SEND, to: to() }, { region: "eu", idempotencyKey: "1" });
    const frugal = createProducer({ redis, prefix: PREFIX, maxRedisBytes: 1_000 });
    const again = await frugal.enqueue({ ...SEND, to: to() }, { region: "eu", idempotencyKey: "1" });
    await frugal.close();
    expect(again.alreadyEnqueued).toBe(true);
  });

  it("by default may hold 80 % of its maxmemory", async () => {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
    await redis.config("SET", "maxmemory", String(used * 2));
    await producer.enqueue(SEND, { region: "eu", idempotencyKey: "1" });
    await redis.config("SET", "maxmemory", String(Math.round(used * 1.1)));
    const enqueued = producer.enqueue({ ...SEND, to: people(3) }, { region: "eu", idempotencyKey: "2" });
    await expect(enqueued).rejects.toMatchObject(FULL);
  });

  it("and refuses by itself is the same error", async () => {
    await redis.config("SET", "maxmemory", "1");
    const generous = createProducer({ redis, prefix: PREFIX, maxRedisBytes: Number.MAX_SAFE_INTEGER });
    for (const to of [SEND.to, people(3)]) {
      const enqueued = generous.enqueue({ ...SEND, to }, { region: "eu", idempotencyKey: "1" });
      await expect(enqueued).rejects.toMatchObject({ ...FULL, cause: expect.any(Error) });
    }
    await generous.close();
  });
});
