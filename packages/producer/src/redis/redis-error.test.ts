import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { createProducer, type Producer } from "../producer/producer.ts";
import { ProducerError } from "../terms/producer-error.ts";
import { withCode } from "./redis-error.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
const EU = { region: "eu", idempotencyKey: "order 17" };
const UNAVAILABLE = "VOLLEY_REDIS_UNAVAILABLE";

/** As redis-parser makes what Redis refuses. */
function reply(message: string): Error {
  return Object.assign(new Error(message), { name: "ReplyError" });
}

describe("withCode", () => {
  it.each([
    ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", UNAVAILABLE],
    ["NOREPLICAS Not enough good replicas to write.", UNAVAILABLE],
    ["READONLY You can't write against a read only replica.", UNAVAILABLE],
    ["LOADING Redis is loading the dataset in memory", UNAVAILABLE],
    ["OOM command not allowed when used memory > 'maxmemory'.", "VOLLEY_REDIS_FULL"],
    ["NOPERM this user has no permissions to run the 'evalsha' command", "VOLLEY_REDIS_REFUSED"],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "VOLLEY_REDIS_REFUSED"],
    ["ERR unknown command 'XADD'", "VOLLEY_REDIS_REFUSED"],
    ["something that begins with no word of Redis'", "VOLLEY_REDIS_REFUSED"],
  ])("knows from its first word what a refusal is about: %s", (message, code) => {
    const error = reply(message);
    expect(withCode(error)).toMatchObject({ name: "ProducerError", code, cause: error });
  });

  it.each(["Command timed out", "Connection is closed.", "read ECONNRESET", "Stream isn't writeable"])(
    "takes what is no refusal for the connection's trouble: %s",
    (message) => {
      const error = Object.assign(new Error(message), { code: "ECONNRESET" });
      expect(withCode(error)).toMatchObject({ code: UNAVAILABLE, cause: error });
    },
  );

  it.each([
    ["an error of ours", new ProducerError("VOLLEY_UNKNOWN_SEND", "gone")],
    ["an error of the contract", Object.assign(new Error("wrong"), { code: "VOLLEY_INVALID_SEND" })],
    ["a number of BullMQ's", Object.assign(new Error("Missing key for job"), { code: -1 })],
    ["a mistake in a program", new TypeError("x is not a function")],
    ["what is no error", "text"],
    ["nothing", undefined],
  ])("leaves %s as it is", (_title, error) => {
    expect(withCode(error)).toBe(error);
  });
});

describe("a call of a producer", () => {
  /** What makes Redis refuse is a setting of the whole server: a server of its own. */
  let server: LocalRedis;
  let redis: Redis;
  const closers: (() => Promise<unknown> | void)[] = [];

  beforeAll(async () => {
    server = await startRedis({ prefer: "server" });
    redis = new Redis(server.url);
  });

  afterEach(async () => {
    await redis.client("UNPAUSE");
    await redis.config("SET", "min-replicas-to-write", "0");
    for (const close of closers.splice(0)) await close();
  });

  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const producerOn = (connection: Redis | string): Producer => {
    const producer = createProducer({ redis: connection, timeoutMs: 20_000 });
    closers.push(producer.close);
    return producer;
  };

  const CALLS: [string, (producer: Producer) => Promise<unknown>][] = [
    ["enqueue", async (producer) => producer.enqueue(SEND, EU)],
    ["enqueue of a stream", async (producer) => producer.enqueue({ ...SEND, to: SEND.to.values() }, EU)],
    ["coalesce", async (producer) => producer.coalesce({ ...SEND, to: "46701234567" }, EU)],
  ];

  it.each(CALLS)("%s says that Redis cannot do it now where too few replicas follow it", async (_name, call) => {
    await redis.config("SET", "min-replicas-to-write", "1");
    await expect(call(producerOn(server.url))).rejects.toMatchObject({
      name: "ProducerError",
      code: UNAVAILABLE,
      message: expect.stringContaining("NOREPLICAS"),
    });
  });

  it.each(CALLS)("%s says so where a command of the caller's connection has timed out", async (_name, call) => {
    const connection = new Redis(server.url, { commandTimeout: 100 });
    closers.push(() => connection.disconnect());
    await connection.ping();
    await redis.client("PAUSE", 60_000, "WRITE");
    await expect(call(producerOn(connection))).rejects.toMatchObject({
      name: "ProducerError",
      code: UNAVAILABLE,
      message: expect.stringContaining("Command timed out"),
    });
  });
});
