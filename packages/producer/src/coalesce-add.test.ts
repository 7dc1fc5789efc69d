import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../test/own-prefix.ts";
import { addWithClaims, type ClaimingSend, loadAddScript } from "./coalesce-add.ts";
import { createProducer } from "./producer.ts";
import { createQueueAccess, type QueueAccess } from "./queue-access.ts";
import { createRedisLink } from "./redis-link.ts";

const ID = "eu-00000000000000000000";
const GOING_ON = new AbortController().signal;

let prefix: string;
let redis: Redis;
let queue: Queue;
let access: QueueAccess;
let claiming: ClaimingSend;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  access = createQueueAccess(createRedisLink(redis, 30_000), prefix);
  claiming = {
    region: "eu",
    id: ID,
    send: { from: "Volley", to: ["46701234567", "46701234568"], body: "Hi" },
    delayMs: 0,
    claims: [
      { key: `${prefix}:sends:a`, value: `enqueued a ${ID}` },
      { key: `${prefix}:sends:b`, value: `enqueued b ${ID}` },
    ],
    ttlMs: 60_000,
  };
});

afterEach(async () => {
  await access.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

describe("a send and its claims", () => {
  it("are written together, the claims for as long as they are wanted", async () => {
    expect(await addWithClaims(access, claiming, GOING_ON)).toEqual({ kind: "added" });
    expect((await queue.getJob(ID))?.data).toEqual(claiming.send);
    expect(await redis.get(`${prefix}:sends:b`)).toBe(`enqueued b ${ID}`);
    expect(await redis.pttl(`${prefix}:sends:a`)).toBeGreaterThan(0);
  });

  it("are both not written when one claim is there, and nothing is left behind", async () => {
    await redis.set(`${prefix}:sends:b`, "enqueued b eu-1");
    const addition = await addWithClaims(access, claiming, GOING_ON);
    expect(addition).toEqual({ kind: "taken", values: new Map([[`${prefix}:sends:b`, "enqueued b eu-1"]]) });
    expect(await redis.exists(`${prefix}:sends:a`, `${prefix}:volley-eu:${ID}`)).toBe(0);
    expect(await queue.getWaitingCount()).toBe(0);
  });

  it("are written once when the connection broke before the answer and the transaction comes again", async () => {
    await addWithClaims(access, claiming, GOING_ON);
    expect(await addWithClaims(access, claiming, GOING_ON)).toEqual({ kind: "added" });
    expect(await queue.getWaitingCount()).toBe(1);
  });

  it("are not written a second time when the job has come and gone in between", async () => {
    await addWithClaims(access, claiming, GOING_ON);
    await queue.remove(ID);
    expect(await addWithClaims(access, claiming, GOING_ON)).toMatchObject({ kind: "taken" });
    expect(await queue.getWaitingCount()).toBe(0);
  });

  it("are not written when they were given up before their turn came", async () => {
    await expect(addWithClaims(access, claiming, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(await queue.getWaitingCount()).toBe(0);
  });
});

describe("a Redis that has forgotten BullMQ's script", () => {
  // One of its own: other tests would notice.
  let forgetful: LocalRedis;
  let connection: Redis;

  beforeEach(async () => {
    forgetful = await startRedis({ prefer: "server" });
    connection = new Redis(forgetful.url, { maxRetriesPerRequest: null });
  });

  afterEach(async () => {
    connection.disconnect();
    await forgetful.stop();
  });

  it("takes neither, and both once it knows the script again", async () => {
    const own = createQueueAccess(createRedisLink(connection, 30_000), prefix);
    await addWithClaims(own, { ...claiming, id: "eu-00000000000000000001", claims: [] }, GOING_ON);
    await connection.script("FLUSH");
    expect(await addWithClaims(own, claiming, GOING_ON)).toEqual({ kind: "script missing" });
    expect(await connection.exists(...claiming.claims.map(({ key }) => key))).toBe(0);
    await loadAddScript(own, claiming);
    expect(await own.queueOf("eu").getWaitingCount()).toBe(1);
    expect(await addWithClaims(own, claiming, GOING_ON)).toEqual({ kind: "added" });
    expect(await own.queueOf("eu").getWaitingCount()).toBe(2);
    await own.close();
  });

  it("is nothing that a caller notices", async () => {
    const producer = createProducer({ redis: connection, prefix, timeoutMs: 30_000 });
    const message = { from: "Volley", to: "46701234567", body: "Hi" };
    for (const idempotencyKey of ["a", "b", "c"]) {
      const options = { region: "eu", idempotencyKey };
      expect(await producer.coalesce(message, options)).toMatchObject({ alreadyEnqueued: false });
      expect(await producer.coalesce(message, options)).toMatchObject({ alreadyEnqueued: true });
      await connection.script("FLUSH");
    }
    await producer.close();
  });
});
