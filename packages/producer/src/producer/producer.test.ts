import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  InvalidSendError,
  JOB_NAME,
  LEAD_MS_FIELD,
  limitsKey,
  queueName,
  type Send,
} from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "./producer.ts";
import { ProducerError } from "../terms/producer-error.ts";

const SEND: Send = { from: "12015550123", to: ["+46 70 123 45 67", "46701234567", "+1", "46701234568"], body: "Hi" };
const EU = { region: "eu", idempotencyKey: "order 17" };
const MINUTE_MS = 60_000;

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = createProducer({ redis: testRedisUrl(), prefix });
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

describe("enqueue", () => {
  it("puts the send on its region's queue as it is, and counts its recipients", async () => {
    const enqueued = await producer.enqueue(SEND, EU);
    expect(enqueued).toEqual({
      id: expect.stringMatching(/^eu-[0-9a-z]{20}$/),
      region: "eu",
      alreadyEnqueued: false,
      recipients: { requested: 4, valid: 2, duplicate: 1, rejected: 1 },
      warnings: [expect.objectContaining({ code: "VOLLEY_NO_WORKER" })],
    });
    const job = await queue.getJob(enqueued.id);
    expect(job?.name).toBe(JOB_NAME);
    expect(job?.data).toEqual(SEND);
    expect(await job?.getState()).toBe("waiting");
  });

  it("sends what it was given, whatever the caller does with the object afterwards", async () => {
    const parameters = { name: { default: "Ann" } };
    const reused = { from: "12015550123", to: ["46701234567"], body: "Hi ${name}", parameters };
    const first = producer.enqueue(reused, EU);
    reused.to[0] = "46701234568";
    parameters.name.default = "Bob";
    const second = producer.enqueue(reused, { ...EU, idempotencyKey: "order 18" });
    const jobs = await Promise.all([first, second].map(async (call) => queue.getJob((await call).id)));
    expect(jobs.map((job) => [job?.data.to, job?.data.parameters.name.default])).toEqual([
      [["46701234567"], "Ann"],
      [["46701234568"], "Bob"],
    ]);
  });

  it("delays the send until send_at less the lead", async () => {
    const now = new Date();
    const early = createProducer({ redis: redis, prefix, leadMs: MINUTE_MS, now: () => now });
    const sendAt = new Date(now.getTime() + 10 * MINUTE_MS).toISOString();
    const { id } = await early.enqueue({ ...SEND, send_at: sendAt }, EU);
    await early.close();
    const job = await queue.getJob(id);
    expect(job?.delay).toBe(9 * MINUTE_MS);
    expect(await job?.getState()).toBe("delayed");
  });

  it("delays it by the lead of the region's workers, once one has said it", async () => {
    const now = new Date();
    const own = createProducer({ connection: { url: testRedisUrl() }, prefix, leadMs: MINUTE_MS, now: () => now });
    const sendAt = new Date(now.getTime() + 10 * MINUTE_MS).toISOString();
    const message = { from: "12015550123", body: "Hi", send_at: sendAt };
    const send = { ...message, to: ["46701234567"] };
    // What a worker of before says: no lead.
    const limits = defaultArguments(DEFAULT_REGION_LIMITS);
    await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, "eu"), ...limits);
    await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, "us"), ...limits, LEAD_MS_FIELD, String(3 * MINUTE_MS));
    const list = { ...message, to: new Set(["46701234567"]) };
    const ids = [
      await own.enqueue(send, { region: "us", idempotencyKey: "short" }),
      await own.enqueue(list, { region: "us", idempotencyKey: "staged" }),
      await own.coalesce({ ...message, to: "46701234567" }, { region: "us" }),
      await own.enqueue(send, EU),
    ];
    await own.close();
    const delays = ids.map(async ({ id, region }) => redis.hget(`${prefix}:${queueName(region)}:${id}`, "delay"));
    expect(await Promise.all(delays)).toEqual([7, 7, 7, 9].map((minutes) => String(minutes * MINUTE_MS)));
  });

  it.each([
    { title: "within the lead", aheadMs: MINUTE_MS },
    { title: "past", aheadMs: -MINUTE_MS },
  ])("does not delay a send whose send_at is $title", async ({ aheadMs }) => {
    const now = new Date();
    const prompt = createProducer({ redis, prefix, leadMs: MINUTE_MS, now: () => now });
    const sendAt = new Date(now.getTime() + aheadMs).toISOString();
    const { id } = await prompt.enqueue({ ...SEND, send_at: sendAt }, EU);
    await prompt.close();
    expect(await (await queue.getJob(id))?.getState()).toBe("waiting");
  });

  it("refuses a wrong send with every mistake and enqueues nothing", async () => {
    const wrong = { ...SEND, body: "", sendAt: "tomorrow" };
    const error: unknown = await producer.enqueue(wrong, EU).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidSendError);
    expect(error).toMatchObject({
      code: "VOLLEY_INVALID_SEND",
      problems: expect.arrayContaining([
        expect.objectContaining({ field: "body" }),
        expect.objectContaining({ field: "sendAt" }),
      ]),
    });
    expect(await queue.getJobCountByTypes("waiting", "delayed")).toBe(0);
  });

  it("refuses a send that has expired", async () => {
    const expired = { ...SEND, expire_at: new Date(Date.now() - 1).toISOString() };
    await expect(producer.enqueue(expired, EU)).rejects.toMatchObject({ problems: [{ field: "expire_at" }] });
  });

  it.each([
    ["a short list", { region: "eu" }, SEND.to],
    ["a stream", { region: "eu" }, new Set(SEND.to)],
    ["a routed list", { region: "auto" }, SEND.to],
  ])("enqueues nothing with a signal that is aborted: %s", async (_, region, to) => {
    const routing = createProducer({ redis, prefix, routes: { prefixes: { "46": "eu" } } });
    const signal = AbortSignal.abort();
    const enqueued = routing.enqueue({ ...SEND, to }, { ...EU, ...region, signal });
    await expect(enqueued).rejects.toBe(signal.reason);
    await routing.close();
    expect(await redis.keys(`${prefix}:*`)).toEqual([]);
  });

  it.each([
    { options: { ...EU, region: "EU" }, code: "VOLLEY_INVALID_REGION" },
    { options: { ...EU, region: "events" }, code: "VOLLEY_INVALID_REGION" },
    { options: { ...EU, idempotencyKey: "" }, code: "VOLLEY_INVALID_IDEMPOTENCY_KEY" },
  ])("refuses its arguments with $code", async ({ options, code }) => {
    await expect(producer.enqueue(SEND, options)).rejects.toMatchObject({ name: "ProducerError", code });
  });
});

describe("a key that comes again", () => {
  it("with the same content gives the same ID and adds nothing", async () => {
    const first = await producer.enqueue(SEND, EU);
    const { body, ...rest } = SEND;
    const second = await producer.enqueue({ body, ...rest }, EU);
    expect(second).toEqual({ ...first, alreadyEnqueued: true });
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("adds nothing even when the job is no longer kept", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    await queue.remove(id);
    expect((await producer.enqueue(SEND, EU)).alreadyEnqueued).toBe(true);
    expect(await queue.getWaitingCount()).toBe(0);
  });

  it("with other content is a conflict that does not repeat the key", async () => {
    await producer.enqueue(SEND, EU);
    const error: unknown = await producer.enqueue({ ...SEND, body: "Ho" }, EU).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProducerError);
    expect(error).toMatchObject({
      code: "VOLLEY_IDEMPOTENCY_CONFLICT",
      message: expect.not.stringContaining("order 17"),
    });
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("in another region is another send", async () => {
    const eu = await producer.enqueue(SEND, EU);
    const us = await producer.enqueue({ ...SEND, body: "Ho" }, { ...EU, region: "us" });
    expect(us.id).not.toBe(eu.id);
    expect(us.alreadyEnqueued).toBe(false);
  });

  it("twenty times at once makes one job", async () => {
    const calls = Array.from({ length: 20 }, async () => producer.enqueue(SEND, EU));
    const ids = (await Promise.all(calls)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("twenty times at once from two producers, with four contents, makes one job", async () => {
    const other = createProducer({ redis: testRedisUrl(), prefix });
    const calls = Array.from({ length: 20 }, async (_, index) =>
      [producer, other][index % 2]?.enqueue({ ...SEND, body: `Hi ${index % 4}` }, EU),
    );
    const settled = await Promise.allSettled(calls);
    await other.close();
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(await queue.getWaitingCount()).toBe(1);
  });
});
