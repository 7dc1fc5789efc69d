import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { Cluster, Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import { readTarget } from "./redis-target.ts";

const require = createRequire(import.meta.url);

/** Redis as another copy of the package has it, as where the caller's dependencies and ours resolve to two folders. */
function anotherRedis(): typeof Redis {
  const { cache, resolve } = require;
  for (const path of Object.keys(cache)) if (path.startsWith(dirname(dirname(resolve("ioredis"))))) delete cache[path];
  return require("ioredis").Redis;
}

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe("what is given as redis", () => {
  it.each([
    ["nothing", undefined, "nothing"],
    ["null", null, "null"],
    ["an empty text", "", "an empty text"],
    ["a blank text", "  ", "an empty text"],
    ["a port", 6379, "a number"],
    ["a list of nodes", [{ host: "127.0.0.1" }], "an array"],
    ["a URL that is parsed", new URL("redis://:secret@127.0.0.1"), "an instance of URL"],
    ["a connection of another library", new EventEmitter(), "an instance of EventEmitter"],
    ["an object without a class", Object.create(Object.create({})), "an instance of Object"],
  ])("is refused when it is %s", (_, redis, got) => {
    const create = (): Producer => createProducer({ redis: redis as string });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(`connection: expected a URL, ioredis options or a connection of ioredis, got ${got}`);
  });

  it.each(["http://127.0.0.1", "127.0.0.1.example:x", "postgres://user:secret@x"])(
    "is refused where %s is no Redis",
    (url) => {
      expect(() => createProducer({ redis: url })).toThrow(
        "connection: expected a URL that begins with redis:// or rediss://, got another text",
      );
    },
  );

  it.each([6379, "", "http://127.0.0.1", null])("is refused where its url is %p", (url) => {
    expect(() => createProducer({ connection: { url: url as string } })).toThrow(/^connection/);
  });

  it("is refused where it is a connection that answers numbers as texts", async () => {
    const redis = new Redis(testRedisUrl(), { stringNumbers: true, lazyConnect: true });
    expect(() => createProducer({ redis })).toThrow(/^connection: expected a connection without stringNumbers/);
    redis.disconnect();
  });

  it.each<[string, unknown, string]>([
    ["a URL", "redis://127.0.0.1:6379", "url"],
    ["what BullMQ takes", { url: "redis://127.0.0.1:6379", db: 3 }, "url"],
    ["options", { host: "127.0.0.1" }, "options"],
    ["options without a prototype", Object.assign(Object.create(null), { host: "127.0.0.1" }), "options"],
  ])("may be %s", (_, redis, kind) => {
    expect(readTarget(redis).kind).toBe(kind);
  });

  it.each([
    ["a connection", () => new Redis({ lazyConnect: true })],
    ["a cluster", () => new Cluster([{ host: "127.0.0.1" }], { lazyConnect: true })],
    ["a connection of another copy of ioredis", () => new (anotherRedis())({ lazyConnect: true })],
  ])("may be %s", (_, open) => {
    const connection = open();
    closers.push(() => connection.disconnect());
    expect(readTarget(connection)).toEqual({ kind: "connection", connection });
  });
});

describe("a connection of another copy of ioredis", () => {
  const SEND = { from: "Volley", body: "Hi" };
  const EU = { region: "eu" };
  let prefix: string;
  let connection: Redis;
  let queue: Queue;
  let producer: Producer;

  beforeEach(() => {
    prefix = ownPrefix();
    const Other = anotherRedis();
    // A database of its own, which nothing else than this very connection can reach by mistake.
    connection = new Other(testRedisUrl(), { db: 9 });
    const reader = new Redis(testRedisUrl(), { db: 9, maxRetriesPerRequest: null });
    queue = new Queue(queueName("eu"), { connection: reader, prefix });
    producer = createProducer({ redis: connection, prefix, routes: { prefixes: { "46": "eu" } } });
    closers.push(
      async () => dropPrefix(prefix, `${testRedisUrl()}/9`),
      () => connection.disconnect(),
      () => reader.disconnect(),
      async () => queue.close(),
      producer.close,
    );
  });

  it("is used as it is, for every kind of send, and not closed", async () => {
    expect(connection).not.toBeInstanceOf(Redis);
    await producer.enqueue({ ...SEND, to: ["46701234561"] }, { ...EU, idempotencyKey: "short" });
    await producer.enqueue({ ...SEND, to: new Set(["46701234562"]) }, { ...EU, idempotencyKey: "stream" });
    await producer.enqueue({ ...SEND, to: ["46701234563"] }, { region: "auto", idempotencyKey: "routed" });
    await producer.coalesce({ ...SEND, to: "46701234564" }, EU);
    expect(await queue.getWaitingCount()).toBe(4);
    await producer.close();
    expect(await connection.ping()).toBe("PONG");
  });
});
