import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { ownPrefix } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import type { Coalesced } from "./coalesce-groups.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

/** For calls that have to fail. Those that have to succeed get as long as a busy machine may need. */
const TIMEOUT_MS = 300;
const PATIENCE_MS = 20_000;

const closers: (() => Promise<unknown> | void)[] = [];
let prefix: string;

beforeEach(() => {
  prefix = ownPrefix();
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe("a Redis that is down", () => {
  it("is told to every caller of a group in time, and the same calls work once it is up", async () => {
    const redis = await server();
    const producer = producerOf(redis.url);
    await redis.kill();
    const failed = await Promise.allSettled(calls(producer, 20));
    expect(failed.map((one) => (one.status === "rejected" ? one.reason.code : one.status))).toEqual(
      Array.from({ length: 20 }, () => "VOLLEY_REDIS_UNAVAILABLE"),
    );
    await redis.restart();
    await eventually(async () => Promise.all(calls(producer, 20)).catch(() => null), "calls that succeed");
    expect(await recipientsOn(redis.url)).toHaveLength(20);
  });
});

describe("a Redis that carries out late what was given up", () => {
  it("texts nobody twice when the same calls are made again", async () => {
    const { url } = await server();
    const admin = new Redis(url);
    closers.push(async () => admin.quit());
    const hasty = producerOf(url);
    await eventually(async () => Promise.all(calls(hasty, 1, 100)).catch(() => null), "a first call that succeeds");
    // Reads are answered, so that the connection counts as good, and the transaction waits in Redis.
    await admin.client("PAUSE", TIMEOUT_MS * 100, "WRITE");
    const failed = await Promise.allSettled(calls(hasty, 20));
    expect(failed.every(({ status }) => status === "rejected")).toBe(true);
    await admin.client("UNPAUSE");
    await Promise.all(calls(producerOf(url, PATIENCE_MS), 20));
    const recipients = await recipientsOn(url);
    expect(recipients).toHaveLength(21);
    expect(new Set(recipients).size).toBe(21);
  });

  it("does not get the second try of a group that was given up in its first", async () => {
    const { url } = await server();
    const admin = new Redis(url);
    closers.push(async () => admin.quit());
    const hasty = producerOf(url);
    await eventually(async () => Promise.all(calls(hasty, 1)).catch(() => null), "a first call that succeeds");
    await admin.client("PAUSE", TIMEOUT_MS * 100, "WRITE");
    // The first of them is on the queue: the others need another try without it.
    await Promise.allSettled(calls(hasty, 20));
    await admin.client("UNPAUSE");
    await eventually(async () => Promise.all(calls(hasty, 1, 100)).catch(() => null), "a later call that succeeds");
    expect(await recipientsOn(url)).toHaveLength(2);
  });
});

describe("a Redis that is full", () => {
  it("is told to every caller of a group, and the same calls work once there is room", async () => {
    const { url } = await server();
    const admin = new Redis(url);
    closers.push(async () => admin.quit());
    const producer = producerOf(url, PATIENCE_MS);
    await Promise.all(calls(producer, 1, 100));
    await admin.config("SET", "maxmemory", "1");
    const failed = await Promise.allSettled(calls(producer, 20));
    expect(failed.map((one) => (one.status === "rejected" ? one.reason.code : one.status))).toEqual(
      Array.from({ length: 20 }, () => "VOLLEY_REDIS_FULL"),
    );
    await admin.config("SET", "maxmemory", "0");
    expect(await Promise.all(calls(producer, 20))).toHaveLength(20);
    expect(await recipientsOn(url)).toHaveLength(21);
  });
});

function calls(producer: Producer, count: number, first = 0): Promise<Coalesced>[] {
  return Array.from({ length: count }, async (_, index) => {
    const to = String(46_700_000_000 + first + index);
    const message = { from: "Volley", to, body: "Hi ${name}", parameters: { name: to } };
    return producer.coalesce(message, { region: "eu", idempotencyKey: `parcel for ${to}` });
  });
}

async function recipientsOn(url: string): Promise<string[]> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue(queueName("eu"), { connection, prefix });
  const jobs = await queue.getJobs(["waiting"]);
  await queue.close();
  await connection.quit();
  return jobs.flatMap(({ data }) => data.to);
}

function producerOf(url: string, timeoutMs = TIMEOUT_MS): Producer {
  const producer = createProducer({ redis: url, prefix, timeoutMs });
  closers.push(producer.close);
  return producer;
}

async function server(): Promise<LocalRedis> {
  const redis = await startRedis({ prefer: "server" });
  closers.push(async () => redis.stop());
  return redis;
}
