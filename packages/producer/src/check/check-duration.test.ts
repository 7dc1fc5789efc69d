import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { limitsKey, REQUEST_MS_FIELD, type Send } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const NOW = new Date("2026-12-01T12:00:00Z");
const SEND: Send = { from: "Volley", to: numbers(100), body: "a".repeat(161) };

let prefix: string;
let redis: Redis;
let producer: Producer;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  await sayServed(redis, prefix, ["eu"]);
  producer = createProducer({ redis: testRedisUrl(), prefix, now: () => NOW });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

async function keysOf(ofPrefix: string): Promise<string[]> {
  return redis.keys(`${ofPrefix.replaceAll(/[{}]/g, "?")}*`);
}

describe("how long a send takes", () => {
  it("is counted in the unit of the region's pace", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    expect((await producer.check(SEND, { region: "eu" })).duration).toEqual({
      seconds: 10,
      perSecond: 10,
      unit: "recipients",
      endsAt: "2026-12-01T12:00:10.000Z",
    });
    await producer.region("eu").setLimits({ rateUnit: "segments" });
    expect((await producer.check(SEND, { region: "eu" })).duration).toEqual({
      seconds: 20,
      perSecond: 10,
      unit: "segments",
      endsAt: "2026-12-01T12:00:20.000Z",
    });
  });

  it("ends behind what is queued in the region, and begins a lead time before send_at", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    for (const idempotencyKey of ["a", "b"]) await producer.enqueue(SEND, { region: "eu", idempotencyKey });
    const { duration } = await producer.check({ ...SEND, send_at: "2026-12-02T12:00:00Z" }, { region: "eu" });
    expect(duration).toMatchObject({ seconds: 10, endsAt: "2026-12-02T11:59:30.000Z" });
  });

  it("is what requests have taken where there is no pace", async () => {
    await redis.hset(limitsKey(prefix, "eu"), { [REQUEST_MS_FIELD]: 100, default_concurrency: 1 });
    const { duration, warnings } = await producer.check(SEND, { region: "eu" });
    expect(duration).toMatchObject({ seconds: 0.01, perSecond: 10_000, unit: "recipients" });
    expect(warnings).toEqual([]);
  });

  it("is not known where there is neither", async () => {
    const { duration, warnings } = await producer.check(SEND, { region: "eu" });
    expect(duration).toBeNull();
    expect(warnings).toEqual([
      { code: "VOLLEY_DURATION_UNKNOWN", message: expect.stringContaining("eu has no pace, and no worker") },
    ]);
  });

  it("is said to be too long for the send's expiry", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    const at = async (expireAt: string) => producer.check({ ...SEND, expire_at: expireAt }, { region: "eu" });
    expect((await at("2026-12-01T12:00:10Z")).warnings).toEqual([]);
    const { warnings, isSendable } = await at("2026-12-01T12:00:09Z");
    expect(isSendable).toBe(true);
    expect(warnings).toEqual([
      { code: "VOLLEY_ENDS_AFTER_EXPIRY", message: expect.stringContaining("at about 2026-12-01T12:00:10.000Z") },
    ]);
  });

  it("is said to be too long for the three days that a send without an expiry has", async () => {
    await producer.region("eu").setLimits({ rate: 0.001 });
    const { warnings } = await producer.check({ ...SEND, to: numbers(300) }, { region: "eu" });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_ENDS_AFTER_EXPIRY"]);
  });

  it("is no matter while the region is paused, which is said", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    await producer.region("eu").pause();
    const { warnings } = await producer.check(SEND, { region: "eu" });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_REGION_PAUSED"]);
  });

  it("is not what a region without workers is warned of alone: nothing of it leaves", async () => {
    const { warnings } = await producer.check(SEND, { region: "ue" });
    expect(warnings.map(({ code }) => code)).toEqual(["VOLLEY_NO_WORKER", "VOLLEY_DURATION_UNKNOWN"]);
  });

  it("is not asked for when nobody is left", async () => {
    const { duration, warnings } = await producer.check({ ...SEND, to: ["x"] }, { region: "eu" });
    expect([duration, warnings]).toEqual([null, []]);
  });

  it("leaves nothing in Redis but the mark of a queue that was asked", async () => {
    const before = new Set(await keysOf(prefix));
    await producer.check(SEND, { region: "eu" });
    expect(new Set((await keysOf(prefix)).filter((key) => !key.endsWith(":meta")))).toEqual(before);
  });
});
