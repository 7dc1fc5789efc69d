import { afterEach, describe, expect, it } from "@jest/globals";
import { eventually } from "../../../../test/stage/eventually.ts";
import {
  SILENT,
  PREFIX,
  closeAll,
  server,
  connect,
  connectCluster,
  follow,
  cutOff,
  watch,
  forgottenBy,
  questions,
} from "../../../../test/redis-memory-rig.ts";

afterEach(closeAll);

describe("a Redis that began empty", () => {
  it.each([{ persistence: true }, { persistence: false }])(
    "has forgotten nothing, with %j",
    async ({ persistence }) => {
      const memory = await watch(connect(await server(persistence)));
      expect(await forgottenBy(memory)).toBeNull();
    },
  );

  it("has forgotten nothing after a lost connection: the same process answers", async () => {
    const redis = await server(true);
    const connection = connect(redis);
    const memory = await watch(connection);
    await cutOff(connection, connect(redis));
    expect(await forgottenBy(memory)).toBeNull();
  });

  it("and kept nothing has forgotten nothing after its restart: nothing waits", async () => {
    const redis = await server(false);
    const connection = connect(redis);
    await connection.set("job", "1");
    const memory = await watch(connection);
    await redis.kill();
    await redis.restart();
    await connection.ping();
    expect(await forgottenBy(memory)).toBeNull();
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
    const answer = forgottenBy(memory);
    await redis.restart();
    expect((await answer)?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect((await forgottenBy(memory))?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("tells so to a worker that starts only then", async () => {
    const redis = await server(true);
    await connect(redis).set("job", "1");
    await redis.restart();
    const restarted = Date.now();
    const memory = await watch(connect(redis));
    const forgottenBefore = await forgottenBy(memory);
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
    await other.hset(`${PREFIX}:redis`, { forgotten_before: forgottenBefore.getTime(), forgotten_epoch: 1, epoch: 1 });
    await cutOff(connection, other);
    expect(await forgottenBy(memory)).toEqual(forgottenBefore);
  });
});

it("is asked again when it cannot say at first", async () => {
  const redis = await server(true);
  const [connection, other] = [connect(redis), connect(redis)];
  const complaints: string[] = [];
  const log = { ...SILENT, warn: (_: object, message: string) => complaints.push(message) };
  const memory = await watch(connection, { log });
  await other.hset(`${PREFIX}:redis`, "identity", "of another process");
  await other.config("SET", "min-replicas-to-write", "1");
  await cutOff(connection, other);
  const answer = forgottenBy(memory);
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
    expect(await forgottenBy(memory)).toBeNull();
    await redis.kill();
    const before = new Date();
    await redis.restart();
    const answers = await Promise.all([forgottenBy(memory), forgottenBy(memory)]);
    expect(answers[0]?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(answers[1]).toEqual(answers[0]);
    expect(await forgottenBy(memory)).toEqual(answers[0]);
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
    expect(await forgottenBy(memory)).not.toBeNull();
  });

  it("and was replaced by the one it had replaced leaves that one with another history", async () => {
    const [first, second] = [await server(false), await server(false)];
    const [one, two] = [connect(first), connect(second)];
    const memory = await watch(one);
    expect(await forgottenBy(memory)).toBeNull();
    await follow(two, first);
    await two.replicaof("NO", "ONE");
    await follow(one, second);
    await one.replicaof("NO", "ONE");
    const before = Date.now();
    await cutOff(one, connect(first));
    expect((await forgottenBy(memory))?.getTime()).toBeGreaterThanOrEqual(before);
  });

  it("may have forgotten what came until now, as a worker that starts only then learns from Redis itself", async () => {
    const [primary, replica] = [await server(false), await server(false)];
    const { hostname, port } = new URL(primary.url);
    const connection = connect(replica);
    await connection.replicaof(hostname, port);
    const first = await watch(connect(primary));
    expect(await forgottenBy(first)).toBeNull();
    await eventually(async () => (await connection.keys("*")).length > 0, "the replicated note");
    const before = Date.now();
    await connection.replicaof("NO", "ONE");
    const later = await forgottenBy(await watch(connection));
    expect(later?.getTime()).toBeGreaterThanOrEqual(before);
    expect(await forgottenBy(await watch(connect(replica)))).toEqual(later);
  });
});

describe("whoever asks", () => {
  it("in one turn of the event loop shares a question", async () => {
    const redis = await server(false);
    const memory = await watch(connect(redis));
    const other = connect(redis);
    await forgottenBy(memory);
    const before = await questions(other);
    await Promise.all(Array.from({ length: 50 }, async () => forgottenBy(memory)));
    expect((await questions(other)) - before).toBe(1);
    await forgottenBy(memory);
    expect((await questions(other)) - before).toBe(2);
  });

  it("is told how far the clock of Redis is ahead", async () => {
    const redis = await server(false);
    const memory = await watch(connect(redis), { log: SILENT, now: behind });
    const { aheadMs } = await memory.recall();
    expect(aheadMs).toBeGreaterThan(29_000);
    expect(aheadMs).toBeLessThan(31_000);
  });

  it("asks with all others, at once and without another word, while Redis cannot say who it is", async () => {
    const redis = await server(false);
    const [connection, other] = [connect(redis), connect(redis)];
    const complaints: string[] = [];
    const log = { ...SILENT, warn: (_: object, message: string) => complaints.push(message) };
    const memory = await watch(connection, { log });
    await other.hset(`${PREFIX}:redis`, "identity", "of another process");
    await other.config("SET", "min-replicas-to-write", "1");
    const before = await questions(other);
    const answers = [];
    // Each in a turn of its own.
    for (let turn = 0; turn < 20; turn += 1) {
      answers.push(forgottenBy(memory));
      await connection.ping();
    }
    await eventually(async () => (await questions(other)) >= before + 3, "three questions of all of them together");
    expect((await questions(other)) - before).toBeLessThan(10);
    await other.config("SET", "min-replicas-to-write", "0");
    expect(new Set((await Promise.all(answers)).map(Number)).size).toBe(1);
    expect(complaints).toEqual(["Redis could not be asked which process it is", FORGOTTEN]);
  });
});

it("begins all the same, and says so, where no script may ask which process Redis is", async () => {
  const redis = await server(false);
  await connect(redis).acl("SETUSER", "default", "-info");
  const lines: string[] = [];
  const log = { ...SILENT, warn: (_: object, message: string) => lines.push(message) };
  const memory = await watch(connect(redis), { log });
  expect(await forgottenBy(memory)).not.toBeNull();
  expect(lines).toEqual([
    "Redis does not let scripts ask which process it is: a failover is noticed by what it has lost alone",
  ]);
});

it("notices a Redis that goes away again while it is asked", async () => {
  const redis = await server(true);
  const connection = connect(redis);
  const memory = await watch(connection);
  await redis.kill();
  const answer = forgottenBy(memory);
  await redis.restart();
  const first = await answer;
  await redis.kill();
  const next = forgottenBy(memory);
  const before = Date.now();
  await redis.restart();
  expect(first).not.toBeNull();
  expect((await next)?.getTime()).toBeGreaterThanOrEqual(before);
});

it("answers whoever still waits when it is closed", async () => {
  const redis = await server(true);
  const connection = connect(redis);
  const memory = await watch(connection);
  await redis.kill();
  await eventually(() => connection.status !== "ready", "the lost connection");
  const answer = forgottenBy(memory);
  memory.close();
  expect(await answer).toBeNull();
});

const FORGOTTEN = "Redis may have forgotten its last writes: parts enqueued before now ask before they send";

/** The clock of a worker that is 30 s behind Redis. */
function behind(): Date {
  return new Date(Date.now() - 30_000);
}
