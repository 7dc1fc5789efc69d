import { EventEmitter, once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { eventually } from "../../../../test/stage/eventually.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import { createRedisLink, type RedisLink } from "./redis-link.ts";

const PREFIX = "{volley}";
const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
const UNAVAILABLE = { name: "ProducerError", code: "VOLLEY_REDIS_UNAVAILABLE" };
/** For calls that have to fail. */
const TIMEOUT_MS = 300;
/** Longer than any test: it is ended by hand. */
const PAUSE_MS = 60_000;

/** A pause stops everybody's commands: a server of its own. */
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
  producer = createProducer({
    redis: server.url,
    prefix: PREFIX,
    timeoutMs: TIMEOUT_MS,
    routes: { prefixes: { "46": "eu" } },
  });
});

afterEach(async () => {
  await redis.client("UNPAUSE");
  await producer.close();
  await redis.flushall();
});

afterAll(async () => {
  await queue.close();
  redis.disconnect();
  await server.stop();
});

const enqueue = async (idempotencyKey: string, region = "eu"): Promise<unknown> =>
  producer.enqueue(SEND, { region, idempotencyKey });

/** With a deadline this short, a call may fail for other reasons than those of the test. */
async function untilEnqueued(idempotencyKey: string): Promise<void> {
  await eventually(async () => enqueue(idempotencyKey).catch(() => null), "a call that succeeds");
}

describe("an enqueue that was given up", () => {
  it.each([
    ["a short list", "eu"],
    ["a routed one", "auto"],
  ])("while Redis did not answer its first command is not made later: %s", async (_, region) => {
    await untilEnqueued("before");
    await redis.client("PAUSE", PAUSE_MS, "WRITE");
    await expect(enqueue("given up", region)).rejects.toMatchObject(UNAVAILABLE);
    await redis.client("UNPAUSE");
    // On the same connection, so that whatever was to follow the late answer has had its turn.
    await untilEnqueued("after");
    expect(await queue.getWaitingCount()).toBe(2);
  });

  it("before its key was claimed leaves the key to another content", async () => {
    // Opens the queue, and asks nothing that this producer would remember.
    await eventually(
      async () => (await producer.status("eu-1", { region: "eu" }).catch(() => false)) === null,
      "Redis",
    );
    await redis.client("PAUSE", PAUSE_MS, "WRITE");
    await expect(enqueue("given up")).rejects.toMatchObject(UNAVAILABLE);
    await redis.client("UNPAUSE");
    await untilEnqueued("after");
    expect(await redis.hlen(`${PREFIX}:keys:eu:0`)).toBe(1);
  });
});

describe("a call of several steps", () => {
  let link: RedisLink;

  beforeEach(() => {
    link = createRedisLink(redis, TIMEOUT_MS);
  });

  afterEach(async () => link.close());

  it("goes on while somebody waits for it", async () => {
    expect(await link.run(async (stillWanted) => stillWanted().then(() => "done"))).toBe("done");
  });

  it("hears that it was given up", async () => {
    const answer = new EventEmitter();
    let late: Promise<unknown> = Promise.resolve();
    const given = link.run(async (stillWanted) => {
      late = once(answer, "late").then(stillWanted);
      await late;
    });
    await expect(given).rejects.toMatchObject(UNAVAILABLE);
    answer.emit("late");
    await expect(late).rejects.toMatchObject(UNAVAILABLE);
  });

  it("takes no step on a connection of the caller's that was lost, which would keep it until Redis is back", async () => {
    const own = await startRedis({ prefer: "server" });
    const connection = new Redis(own.url, { maxRetriesPerRequest: null });
    const lost = createRedisLink(connection, TIMEOUT_MS);
    let steps = 0;
    await eventually(() => connection.status === "ready", "the connection");
    const given = lost.run(async (stillWanted) => {
      await own.kill();
      await eventually(() => connection.status !== "ready", "its loss");
      steps += 1;
      await stillWanted();
      steps += 1;
    });
    await expect(given).rejects.toMatchObject(UNAVAILABLE);
    await eventually(() => steps > 0, "the first step");
    await own.restart();
    expect(await connection.ping()).toBe("PONG");
    expect(steps).toBe(1);
    connection.disconnect();
    await own.stop();
  });
});
