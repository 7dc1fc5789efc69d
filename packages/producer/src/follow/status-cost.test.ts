import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { JOB_NAME, queueName } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { sayServed } from "../../../../test/stage/stage.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const PREFIX = "{volley-test}";
const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
/** What a status reads: the job, its state, the region's, and how many others wait. Commands inside scripts count, too. */
const MOST_COMMANDS = 40;

// Commands are counted over the whole Redis, so it is this file's own.
let server: LocalRedis;
let redis: Redis;
let queue: Queue;
let producer: Producer;

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix: PREFIX });
  producer = createProducer({ redis: server.url, prefix: PREFIX });
  await sayServed(redis, PREFIX, ["eu", "us"]);
  for (const region of ["eu", "us"]) await producer.region(region).setLimits({ rate: 10 });
});

afterAll(async () => {
  await producer.close();
  await queue.close();
  redis.disconnect();
  await server.stop();
});

/** Asks for a status, and counts what Redis does for it. */
async function asked(id: string, options: { eta?: boolean } = {}): Promise<{ eta: unknown; commands: number }> {
  await redis.config("RESETSTAT");
  const status = await producer.status(id, options);
  const stats = await redis.info("commandstats");
  const counts = [...stats.matchAll(/^cmdstat_(?!config|info)[^:]+:calls=(\d+)/gm)].map(([, calls]) => Number(calls));
  return { eta: status?.eta, commands: counts.reduce((sum, calls) => sum + calls, 0) };
}

describe("a status", () => {
  it("costs a few commands however much waits, and tells when it is done only where nothing else waits", async () => {
    const { id } = await producer.enqueue(SEND, { region: "eu", idempotencyKey: "own" });
    await asked(id);
    const alone = await asked(id);
    expect(alone).toEqual({ eta: expect.any(String), commands: expect.any(Number) });

    await queue.addBulk(Array.from({ length: 200 }, () => ({ name: JOB_NAME, data: SEND })));
    const parents = Array.from({ length: 200 }, (_, index) => `eu-other-${index}`);
    for (const parent of parents) {
      await redis.zadd(queue.toKey("waiting-children"), 1, parent);
      await redis.sadd(`${queue.toKey(parent)}:dependencies`, "a", "b", "c");
    }
    const behind = await asked(id);
    expect(behind.eta).toBeNull();
    for (const { commands } of [alone, behind]) expect(commands).toBeLessThan(MOST_COMMANDS);

    // Whoever wants to know all the same pays for it.
    const eta = await asked(id, { eta: true });
    expect(eta.commands).toBeGreaterThan(200);
    expect(eta.eta).toEqual(expect.any(String));
  });

  it("promises no end where no worker has ever been, whatever its limits", async () => {
    await producer.region("mars").setLimits({ rate: 10 });
    const { id } = await producer.enqueue(SEND, { region: "mars", idempotencyKey: "own" });
    expect((await producer.status(id, { eta: true }))?.eta).toBeNull();
  });

  it("promises no end before its job is looked at again, where that is put off", async () => {
    const { id } = await producer.enqueue(SEND, { region: "us", idempotencyKey: "in doubt" });
    const key = `${PREFIX}:${queueName("us")}:`;
    const last = { outcome: "unknown", code: "timeout", at: new Date().toISOString() };
    await redis.hset(`${key}${id}`, { delay: 30_000, progress: JSON.stringify({ last }) });
    await redis.lrem(`${key}wait`, 1, id);
    await redis.zadd(`${key}delayed`, (Date.now() + 30_000) * 0x1000, id);
    const { state, eta } = (await producer.status(id)) ?? {};
    expect(state).toBe("queued");
    expect(Date.parse(eta ?? "")).toBeGreaterThan(Date.now() + 25_000);
  });
});
