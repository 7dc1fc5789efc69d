import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  limitsKey,
  paceHoldKey,
  queueName,
  type Send,
} from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { sayServed } from "../../../../test/stage/stage.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { LimitChanges } from "./control-region.ts";

const SEND: Send = { from: "12015550123", to: ["46701234567"], body: "Hi" };

const URGENT: Send = { ...SEND, priority: "urgent" };

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

/** What a worker says at its start. */
async function environmentSays(limits: Partial<typeof DEFAULT_REGION_LIMITS>): Promise<void> {
  const values = defaultArguments({ ...DEFAULT_REGION_LIMITS, ...limits });
  await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, "eu"), ...values);
}

describe("the limits of a region", () => {
  it("are the workers' own until somebody sets them, and again when they are reset", async () => {
    await environmentSays({ concurrency: 4 });
    const eu = producer.region("eu");
    expect(await eu.limits()).toMatchObject({ region: "eu", limits: { rate: null, concurrency: 4 }, overridden: [] });
    expect(await eu.setLimits({ rate: 200, concurrency: 5 })).toMatchObject({
      limits: { rate: 200, concurrency: 5 },
      overridden: ["rate", "concurrency"],
    });
    expect(await queue.getGlobalConcurrency()).toBe(5);
    expect(await eu.resetLimits()).toMatchObject({ limits: { rate: null, concurrency: 4 }, overridden: [] });
    expect(await queue.getGlobalConcurrency()).toBe(4);
  });

  it("leave the concurrency to the first worker where nobody has said anything", async () => {
    await producer.region("eu").setLimits({ rate: 200 });
    expect(await queue.getGlobalConcurrency()).toBeNull();
  });

  it.each<[LimitChanges, string]>([
    [{ rate: 0 }, "rate: expected a number from 0.001 to 1000000, got a number"],
    [{ rate: Number.NaN }, "rate: expected a number from 0.001 to 1000000, got a number"],
    [{ concurrency: 1.5 }, "concurrency: expected a whole number from 1 to 10000, got a number"],
    [
      { urgentShare: 2, burstMs: 0 },
      "burstMs: expected a whole number from 1 to 60000, got a number; urgentShare: expected a number from 0 to 1, got a number",
    ],
    [{ rateUnit: "texts" as "segments" }, "rateUnit: expected recipients or segments, got 5 characters"],
  ])("are refused when they cannot be: %j", async (limits, message) => {
    await expect(producer.region("eu").setLimits(limits)).rejects.toMatchObject({
      code: "VOLLEY_INVALID_LIMIT",
      message,
    });
    expect((await producer.region("eu").limits()).overridden).toEqual([]);
  });

  it("need the name of a region", () => {
    expect(() => producer.region("EU")).toThrow(expect.objectContaining({ code: "VOLLEY_INVALID_REGION" }));
  });
});

describe("a region that is paused", () => {
  it("is so for every BullMQ client, and says so", async () => {
    expect(await producer.region("eu").pause()).toMatchObject({ isPaused: true });
    expect(await queue.isPaused()).toBe(true);
    expect(await producer.region("eu").resume()).toMatchObject({ isPaused: false });
    expect(await queue.isPaused()).toBe(false);
  });
});

describe("an urgent send", () => {
  it("lifts the hold of a region that waits for its pace", async () => {
    await queue.rateLimit(60_000);
    await redis.set(paceHoldKey(prefix, "eu"), 1, "PX", 60_000);
    await producer.enqueue(SEND, { region: "eu", idempotencyKey: "a" });
    expect(await held()).toBe(true);
    await producer.enqueue(URGENT, { region: "eu", idempotencyKey: "b" });
    expect(await held()).toBe(false);
  });

  it("leaves a region alone that backs off", async () => {
    await queue.rateLimit(60_000);
    await producer.enqueue(URGENT, { region: "eu", idempotencyKey: "a" });
    expect(await held()).toBe(true);
  });
});

describe("when a send is done", () => {
  it("is told from the region's rate and what lies before it", async () => {
    await sayServed(redis, prefix, ["eu"]);
    await environmentSays({ rate: 1 });
    const { id } = await producer.enqueue({ ...SEND, to: people(3_600) }, { region: "eu", idempotencyKey: "a" });
    const eta = Date.parse((await producer.status(id))?.eta ?? "") - Date.now();
    expect(Math.round(eta / 600_000)).toBe(6);
  });

  it("is not told where nobody knows", async () => {
    await environmentSays({});
    const { id } = await producer.enqueue(SEND, { region: "eu", idempotencyKey: "a" });
    expect((await producer.status(id))?.eta).toBeNull();
  });

  it("is a warning when it is after the send's expiry", async () => {
    await environmentSays({ rate: 1 });
    const send = { ...SEND, to: people(7_200), expire_at: inAnHour() };
    const first = await producer.enqueue(send, { region: "eu", idempotencyKey: "a" });
    expect(first.warnings).toEqual([
      {
        code: "VOLLEY_ENDS_AFTER_EXPIRY",
        message: expect.stringContaining("after its expire_at"),
        eta: expect.any(String),
      },
    ]);
    const again = await producer.enqueue(send, { region: "eu", idempotencyKey: "a" });
    expect(again).toMatchObject({ alreadyEnqueued: true, warnings: [] });
  });

  it("is no warning when there is time enough", async () => {
    await environmentSays({ rate: 1 });
    const send = { ...SEND, to: people(60), expire_at: inAnHour() };
    expect((await producer.enqueue(send, { region: "eu", idempotencyKey: "a" })).warnings).toEqual([]);
  });
});

async function held(): Promise<boolean> {
  return (await queue.getRateLimitTtl(1e9)) > 0;
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}

function people(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}
