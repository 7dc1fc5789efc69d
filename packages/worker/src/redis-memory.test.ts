import { afterEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "../../../test/stage/eventually.ts";
import type { Log } from "./log.ts";
import { watchRedisMemory } from "./redis-memory.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const PREFIX = "{volley-test}";

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe("a Redis that began empty", () => {
  it.each([{ persistence: true }, { persistence: false }])(
    "has forgotten nothing, with %j",
    async ({ persistence }) => {
      const memory = await watch(connect(await server(persistence)));
      expect(await memory.forgottenBefore()).toBeNull();
    },
  );

  it("has forgotten nothing after a lost connection: the same process answers", async () => {
    const redis = await server(true);
    const connection = connect(redis);
    const memory = await watch(connection);
    const own = await connection.client("ID");
    const other = connect(redis);
    const closed = new Promise((resolve) => connection.once("close", resolve));
    const ready = new Promise((resolve) => connection.once("ready", resolve));
    await other.client("KILL", "ID", String(own));
    await closed;
    const answer = memory.forgottenBefore();
    await ready;
    expect(await answer).toBeNull();
    expect(await memory.forgottenBefore()).toBeNull();
  });

  it("and kept nothing has forgotten nothing after its restart: nothing waits", async () => {
    const redis = await server(false);
    const connection = connect(redis);
    await connection.set("job", "1");
    const memory = await watch(connection);
    await redis.kill();
    await redis.restart();
    await connection.ping();
    expect(await memory.forgottenBefore()).toBeNull();
  });
});

describe("a Redis that was restarted with its data", () => {
  it("may have forgotten what came before", async () => {
    const redis = await server(true);
    const connection = connect(redis);
    await connection.set("job", "1");
    const memory = await watch(connection);
    const before = new Date();
    await redis.kill();
    await eventually(() => connection.status !== "ready", "the lost connection");
    const answer = memory.forgottenBefore();
    await redis.restart();
    expect((await answer)?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((await memory.forgottenBefore())?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("tells so to a worker that starts only then", async () => {
    const redis = await server(true);
    await connect(redis).set("job", "1");
    await redis.restart();
    const restarted = Date.now();
    const memory = await watch(connect(redis));
    const forgottenBefore = await memory.forgottenBefore();
    expect(forgottenBefore).not.toBeNull();
    expect(forgottenBefore?.getTime()).toBeLessThanOrEqual(Date.now());
    // Redis tells its age in whole seconds.
    expect(forgottenBefore?.getTime()).toBeGreaterThan(restarted - 20_000);
  });
});

describe("a replica that took over", () => {
  it("may have forgotten what came before, although it had begun empty", async () => {
    const [primary, replica] = [await server(false), await server(false)];
    const connection = connect(replica);
    const { hostname, port } = new URL(primary.url);
    await connection.replicaof(hostname, port);
    await eventually(async () => (await connection.info("replication")).includes("link_status:up"), "the replication");
    await connect(primary).set("job", "1");
    await eventually(async () => (await connection.get("job")) === "1", "the replicated job");
    await connection.replicaof("NO", "ONE");
    const memory = await watch(connection);
    expect(await memory.forgottenBefore()).not.toBeNull();
  });

  it("may have forgotten what came until now, as a worker that starts only then learns from Redis itself", async () => {
    const [primary, replica] = [await server(false), await server(false)];
    const { hostname, port } = new URL(primary.url);
    const connection = connect(replica);
    await connection.replicaof(hostname, port);
    const first = await watch(connect(primary));
    expect(await first.forgottenBefore()).toBeNull();
    await eventually(async () => (await connection.keys("*")).length > 0, "the replicated note");
    const before = Date.now();
    await connection.replicaof("NO", "ONE");
    const later = await (await watch(connection)).forgottenBefore();
    expect(later?.getTime()).toBeGreaterThanOrEqual(before);
    expect(await (await watch(connect(replica))).forgottenBefore()).toEqual(later);
  });
});

it("answers whoever still waits when it is closed", async () => {
  const redis = await server(true);
  const connection = connect(redis);
  const memory = await watchRedisMemory(connection, PREFIX, SILENT);
  await redis.kill();
  await eventually(() => connection.status !== "ready", "the lost connection");
  const answer = memory.forgottenBefore();
  memory.close();
  expect(await answer).toBeNull();
});

async function server(persistence: boolean): Promise<LocalRedis> {
  const redis = await startRedis({ prefer: "server", persistence });
  closers.push(async () => redis.stop());
  return redis;
}

function connect({ url }: LocalRedis): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  connection.on("error", () => {});
  closers.push(() => connection.disconnect());
  return connection;
}

async function watch(connection: Redis): ReturnType<typeof watchRedisMemory> {
  const memory = await watchRedisMemory(connection, PREFIX, SILENT);
  closers.push(memory.close);
  return memory;
}
