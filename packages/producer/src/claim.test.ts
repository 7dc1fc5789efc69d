import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { claimKey, fingerprint, queueName, type Send, sendId } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../test/own-prefix.ts";
import { claim, type ClaimInput, confirm, isEnqueued } from "./claim.ts";
import { createProducer } from "./producer.ts";

const SEND: Send = { from: "12015550123", to: ["46701234567"], body: "Hi" };

let prefix: string;
let redis: Redis;
let input: ClaimInput;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const key = claimKey(prefix, "eu-1");
  const jobKey = `${prefix}:volley-eu:eu-1`;
  input = { redis, key, jobKey, fingerprint: fingerprint(SEND), ttlMs: 60_000, idempotencyKey: "order 17" };
});

afterEach(async () => {
  await dropPrefix(prefix);
  redis.disconnect();
});

describe("a claim", () => {
  it("is new, then begun, then enqueued", async () => {
    expect(await claim(input)).toBe("new");
    expect(await claim(input)).toBe("begun");
    await redis.hset(input.jobKey, "name", "send");
    expect(await confirm(input)).toBe(true);
    expect(await claim(input)).toBe("enqueued");
  });

  it.each(["begun", "enqueued"])("of other content is a conflict once the key is %s", async (state) => {
    await claim(input);
    await redis.hset(input.jobKey, "name", "send");
    if (state === "enqueued") await confirm(input);
    await expect(claim({ ...input, fingerprint: fingerprint({ ...SEND, body: "Ho" }) })).rejects.toMatchObject({
      code: "VOLLEY_IDEMPOTENCY_CONFLICT",
    });
  });

  it("does not last for ever, before and after it is confirmed", async () => {
    await claim(input);
    expect(await redis.pttl(input.key)).toBeGreaterThan(0);
    await redis.hset(input.jobKey, "name", "send");
    await confirm({ ...input, ttlMs: 120_000 });
    expect(await redis.pttl(input.key)).toBeGreaterThan(60_000);
  });

  it("is not confirmed when Redis has forgotten the job: the key would keep its send from ever being enqueued", async () => {
    await claim(input);
    expect(await confirm(input)).toBe(false);
    expect(await claim(input)).toBe("begun");
  });

  it("is confirmed when a worker has settled the send, although its job is gone", async () => {
    await claim(input);
    await redis.set(input.key, `enqueued ${input.fingerprint}`);
    expect(await isEnqueued(input)).toBe(true);
    expect(await confirm(input)).toBe(true);
  });

  it("holds neither the key of the caller nor anything of the send in the clear", async () => {
    await claim(input);
    expect(await redis.get(input.key)).toBe(`begun ${fingerprint(SEND)}`);
  });
});

describe("a producer that died between its claim and its job", () => {
  it("is healed by the next call with the same key", async () => {
    const id = sendId("eu", "order 17");
    await redis.set(claimKey(prefix, id), `begun ${fingerprint(SEND)}`);
    const producer = createProducer({ redis, prefix });
    const options = { region: "eu", idempotencyKey: "order 17" };
    expect(await producer.enqueue(SEND, options)).toMatchObject({ id, alreadyEnqueued: false });
    expect(await producer.enqueue(SEND, options)).toMatchObject({ id, alreadyEnqueued: true });
    await producer.close();
    const queue = new Queue(queueName("eu"), { connection: redis, prefix });
    expect(await queue.getWaitingCount()).toBe(1);
    await queue.close();
  });

  it("but after its job is told that the send was there", async () => {
    const options = { region: "eu", idempotencyKey: "order 17" };
    const producer = createProducer({ redis, prefix });
    const { id } = await producer.enqueue(SEND, options);
    await redis.set(claimKey(prefix, id), `begun ${fingerprint(SEND)}`);
    expect(await producer.enqueue(SEND, options)).toMatchObject({ id, alreadyEnqueued: true });
    await producer.close();
  });
});
