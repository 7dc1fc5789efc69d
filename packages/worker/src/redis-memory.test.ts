import { afterEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Cluster, Redis } from "ioredis";
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
    await cutOff(connection, connect(redis));
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

describe("a Redis that another worker has seen come back", () => {
  it("has forgotten what it had then for those who were cut off in the meantime, too", async () => {
    const redis = await server(true);
    const connection = connect(redis);
    const memory = await watch(connection);
    const forgottenBefore = new Date(Date.now() - 1_000);
    const other = connect(redis);
    await other.hset(`${PREFIX}:redis`, "forgotten_before", forgottenBefore.toISOString());
    await cutOff(connection, other);
    expect(await memory.forgottenBefore()).toEqual(forgottenBefore);
  });
});

it("is asked again when it cannot say at first", async () => {
  const redis = await server(true);
  const [connection, other] = [connect(redis), connect(redis)];
  const complaints: string[] = [];
  const log = { ...SILENT, warn: (_: object, message: string) => complaints.push(message) };
  const memory = await watchRedisMemory(connection, PREFIX, log);
  closers.push(memory.close);
  await other.hset(`${PREFIX}:redis`, "identity", "of another process");
  await other.config("SET", "min-replicas-to-write", "1");
  await cutOff(connection, other);
  const answer = memory.forgottenBefore();
  await eventually(() => complaints.length > 0, "a refused write");
  expect(complaints[0]).toBe("Redis could not be asked which process it is");
  await other.config("SET", "min-replicas-to-write", "0");
  expect((await answer)?.getTime()).toBeLessThanOrEqual(Date.now());
});

describe("a Cluster", () => {
  it("may have forgotten what came before one of its nodes was restarted", async () => {
    const redis = await server(true, true);
    const node = connect(redis);
    await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await eventually(
      async () => String(await node.call("CLUSTER", "INFO")).includes("cluster_state:ok"),
      "the Cluster",
    );
    const memory = await watch(connectCluster(redis));
    expect(await memory.forgottenBefore()).toBeNull();
    await redis.kill();
    const before = new Date();
    await redis.restart();
    const answers = await Promise.all([memory.forgottenBefore(), memory.forgottenBefore()]);
    expect(answers[0]?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(answers[1]).toEqual(answers[0]);
    expect(await memory.forgottenBefore()).toEqual(answers[0]);
  });
});

describe("a replica that took over", () => {
  it("may have forgotten what came before, although it had begun empty", async () => {
    const [primary, replica] = [await server(false), await server(false)];
    const connection = connect(replica);
    await follow(connection, primary);
    await connect(primary).set("job", "1");
    await eventually(async () => (await connection.get("job")) === "1", "the replicated job");
    await connection.replicaof("NO", "ONE");
    const memory = await watch(connection);
    expect(await memory.forgottenBefore()).not.toBeNull();
  });

  it("and was replaced by the one it had replaced leaves that one with another history", async () => {
    const [first, second] = [await server(false), await server(false)];
    const [one, two] = [connect(first), connect(second)];
    const memory = await watch(one);
    expect(await memory.forgottenBefore()).toBeNull();
    await follow(two, first);
    await two.replicaof("NO", "ONE");
    await follow(one, second);
    await one.replicaof("NO", "ONE");
    const before = Date.now();
    await cutOff(one, connect(first));
    expect((await memory.forgottenBefore())?.getTime()).toBeGreaterThanOrEqual(before);
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

async function server(persistence: boolean, cluster = false): Promise<LocalRedis> {
  const redis = await startRedis({ prefer: "server", persistence, cluster });
  closers.push(async () => redis.stop());
  // A replica is given its copy at once, instead of after 5 s in which others may want one.
  await connect(redis).config("SET", "repl-diskless-sync-delay", "0");
  return redis;
}

function connect({ url }: LocalRedis): Redis {
  const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  connection.on("error", () => {});
  closers.push(() => connection.disconnect());
  return connection;
}

function connectCluster({ url }: LocalRedis): Cluster {
  const connection = new Cluster([url], { clusterRetryStrategy: () => 20 });
  connection.on("error", () => {});
  closers.push(() => connection.disconnect());
  return connection;
}

async function follow(follower: Redis, { url }: LocalRedis): Promise<void> {
  const { hostname, port } = new URL(url);
  await follower.replicaof(hostname, port);
  await eventually(async () => (await follower.info("replication")).includes("link_status:up"), "the replication");
}

/** Ends a connection from the side of Redis. */
async function cutOff(connection: Redis, other: Redis): Promise<void> {
  const own = await connection.client("ID");
  const closed = new Promise((resolve) => connection.once("close", resolve));
  await other.client("KILL", "ID", String(own));
  await closed;
}

async function watch(connection: Redis | Cluster): ReturnType<typeof watchRedisMemory> {
  const memory = await watchRedisMemory(connection, PREFIX, SILENT);
  closers.push(memory.close);
  return memory;
}
