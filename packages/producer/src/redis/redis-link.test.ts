import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Send } from "@volley/contract";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "../../../../test/stage/eventually.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import { ProducerError } from "../terms/producer-error.ts";

const SEND: Send = { from: "12015550123", to: ["46701234567"], body: "Hi" };
const EU = { region: "eu", idempotencyKey: "order 17" };
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
  await dropPrefix(prefix);
});

describe("a Redis that is down", () => {
  it("ends every call within the deadline, and the same producer works once it is up", async () => {
    const redis = await server();
    await redis.kill();
    const producer = producerOf(redis.url);
    await expectUnavailable(producer);
    await redis.restart();
    expect(await untilEnqueued(producer)).toMatchObject({ alreadyEnqueued: false });
  });

  it("ends a call on a connection that had been good", async () => {
    const redis = await server();
    const producer = producerOf(redis.url);
    await untilEnqueued(producer);
    await redis.kill();
    await expectUnavailable(producer);
    await redis.restart();
    // This Redis keeps nothing over a restart, so that the send is new to it.
    expect(await untilEnqueued(producer)).toMatchObject({ alreadyEnqueued: false });
  });

  it("does not spoil a queue that is opened while it goes down", async () => {
    const redis = await server();
    const producer = producerOf(redis.url);
    await eventually(
      async () => (await producer.status("us-1", { region: "us" }).catch(() => false)) === null,
      "Redis",
    );
    // The connection still counts as good while the first call on another queue asks it.
    const killed = redis.kill();
    await expectUnavailable(producer);
    await killed;
    await redis.restart();
    expect(await untilEnqueued(producer)).toMatchObject({ alreadyEnqueued: false });
  });

  it("does not get what was given up when it is back", async () => {
    const redis = await server();
    await redis.kill();
    const producer = producerOf(redis.url);
    const givenUp = Array.from({ length: 20 }, async (_, index) =>
      producer.enqueue(SEND, { ...EU, idempotencyKey: `given up ${index}` }),
    );
    const settled = await Promise.allSettled(givenUp);
    expect(settled.every(({ status }) => status === "rejected")).toBe(true);
    await redis.restart();
    await untilEnqueued(producer);
    const connection = new Redis(redis.url);
    closers.push(() => connection.disconnect());
    expect(await connection.hlen(`${prefix}:keys:eu:0`)).toBe(1);
  });

  it("does not keep close() from ending", async () => {
    const redis = await server();
    const producer = createProducer({ redis: redis.url, prefix, timeoutMs: TIMEOUT_MS });
    await untilEnqueued(producer);
    await redis.kill();
    await expectUnavailable(producer);
    await producer.close();
    await expect(producer.enqueue(SEND, EU)).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
  });
});

describe("a Redis that accepts connections and never answers", () => {
  it("ends every call within the deadline, and the same producer works once it answers", async () => {
    const mute = await muteServer();
    const producer = producerOf(`redis://127.0.0.1:${mute.port}`);
    await expectUnavailable(producer);
    await mute.close();
    const redis = await server(mute.port);
    expect(redis.url).toContain(String(mute.port));
    expect(await untilEnqueued(producer)).toMatchObject({ alreadyEnqueued: false });
  });
});

describe("many calls at once on a producer that has not connected yet", () => {
  it("are all answered without a warning of Node", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    closers.push(() => void process.off("warning", onWarning));
    const producer = producerOf(testRedisUrl(), PATIENCE_MS);
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => producer.enqueue(SEND, { ...EU, idempotencyKey: `${index}` })),
    );
    expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).toEqual([]);
  });
});

describe("a closed producer", () => {
  it.each(["before its first call", "after a call"])("says so, closed %s", async (when) => {
    const producer = createProducer({ redis: testRedisUrl(), prefix });
    if (when === "after a call") await producer.enqueue(SEND, EU);
    await producer.close();
    await expect(producer.enqueue(SEND, EU)).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
    await expect(producer.status("eu-1", { region: "eu" })).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
  });

  it("says so on a connection of the caller's, which goes on working", async () => {
    const connection = new Redis(testRedisUrl());
    closers.push(async () => connection.quit());
    const producer = createProducer({ redis: connection, prefix });
    await producer.enqueue(SEND, EU);
    await producer.close();
    await expect(producer.enqueue(SEND, EU)).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
    expect(await connection.ping()).toBe("PONG");
    expect(connection.listenerCount("ready")).toBe(0);
  });
});

describe("a connection of the caller's that is closed", () => {
  it("is what every call says, and no deadline is left that would end the process later", async () => {
    const connection = new Redis(testRedisUrl(), { lazyConnect: true });
    connection.disconnect();
    await eventually(() => connection.status === "end", "its end");
    const producer = createProducer({ redis: connection, prefix });
    closers.push(producer.close);
    const before = deadlines();
    await expect(producer.enqueue(SEND, EU)).rejects.toMatchObject({ code: "VOLLEY_PRODUCER_CLOSED" });
    expect(deadlines()).toBe(before);
  });
});

describe("the connection", () => {
  it("can be made from ioredis options", async () => {
    const { hostname, port } = new URL(testRedisUrl());
    const producer = createProducer({ redis: { host: hostname, port: Number(port) }, prefix });
    closers.push(producer.close);
    expect((await producer.enqueue(SEND, EU)).alreadyEnqueued).toBe(false);
  });

  it("of one producer closes without harm to another in the same process", async () => {
    const [first, second] = [
      createProducer({ redis: testRedisUrl(), prefix }),
      producerOf(testRedisUrl(), PATIENCE_MS),
    ];
    const { id } = await first.enqueue(SEND, EU);
    await second.status(id);
    await first.close();
    expect(await second.enqueue(SEND, EU)).toMatchObject({ id, alreadyEnqueued: true });
  });
});

/** Timers that run. */
function deadlines(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

function producerOf(url: string, timeoutMs = TIMEOUT_MS): Producer {
  const producer = createProducer({ redis: url, prefix, timeoutMs });
  closers.push(producer.close);
  return producer;
}

async function server(port?: number): Promise<LocalRedis> {
  const redis = await startRedis({ prefer: "server", ...(port !== undefined && { port }) });
  closers.push(async () => redis.stop());
  return redis;
}

async function muteServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const mute: Server = createServer((socket) => void sockets.add(socket.on("error", () => {})));
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  const address = mute.address();
  const close = async (): Promise<void> => {
    if (!mute.listening) return;
    for (const socket of sockets) socket.destroy();
    mute.close();
    await once(mute, "close");
  };
  closers.push(close);
  return { port: typeof address === "object" && address ? address.port : 0, close };
}

/** That every kind of call ends, with the one code, long before Jest's own deadline. */
async function expectUnavailable(producer: Producer): Promise<void> {
  const errors: unknown[] = await Promise.all(
    [producer.enqueue(SEND, EU), producer.status("eu-1", { region: "eu" })].map(async (call) =>
      call.catch((error: unknown) => error),
    ),
  );
  for (const error of errors) {
    expect(error).toBeInstanceOf(ProducerError);
    expect(error).toMatchObject({ code: "VOLLEY_REDIS_UNAVAILABLE" });
  }
}

async function untilEnqueued(producer: Producer): Promise<unknown> {
  return eventually(async () => producer.enqueue(SEND, EU).catch(() => null), "a call that succeeds");
}
