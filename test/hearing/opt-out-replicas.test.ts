import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createNumbering, openSuppressionList } from "@volley/opt-outs";
import { createProducer } from "@volley/producer";
import { Redis } from "ioredis";
import { createWriter, readCallback, type Writer } from "@volley/receipts";

const servers: LocalRedis[] = [];
let master: Redis;
let replica: Redis;

beforeAll(async () => {
  servers.push(await startRedis({ prefer: "server" }), await startRedis({ prefer: "server" }));
  [master, replica] = servers.map(({ url }) => new Redis(url)) as [Redis, Redis];
});

afterAll(async () => {
  for (const each of [master, replica]) each.disconnect();
  for (const each of servers) await each.stop();
});

function writerThat(replicas: number | null, redis = master): Writer {
  const optOuts = { numbering: createNumbering(), startWords: [], replicas };
  const events = { bytes: 1e6, ageMs: 1e6 };
  return createWriter({
    redis,
    prefix: "{volley}",
    keepS: 600,
    nonceS: 600,
    events,
    optOuts,
    timeoutMs: 1_000,
  });
}

/** Makes one the replica of the other, and waits until it is. */
async function replicate(): Promise<void> {
  const [, port = ""] = /:(\d+)/.exec(new URL(servers[0]?.url ?? "").host) ?? [];
  await master.config("SET", "repl-diskless-sync-delay", "0");
  await replica.replicaof("127.0.0.1", Number(port));
  for (let look = 0; look < 300 && !(await replica.info("replication")).includes("master_link_status:up"); look += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

const callback = (id: string, body: string) =>
  readCallback({
    type: "mo_text",
    id,
    from: "46701234567",
    to: "12015550123",
    body,
    received_at: new Date().toISOString(),
  });

test("an opt-out is written once as many replicas have it as are asked for, and only opt-outs wait for them", async () => {
  const [auto, two] = [writerThat(null), writerThat(1)];
  expect(await auto.write({ region: "eu", callback: callback("1", "STOP") })).toEqual(["changed"]);
  const stop = { region: "eu", callback: callback("2", "STOP"), nonce: { value: "n", signedAt: new Date() } };
  await expect(two.write(stop)).rejects.toThrow("of 1 replicas of redis 0 have it");
  await expect(two.write(stop)).rejects.toThrow("replicas");
  expect(await two.write({ region: "eu", callback: callback("3", "see you") })).toEqual(["changed"]);

  await replicate();
  expect(await two.write(stop)).toEqual(["replayed"]);
  expect(await auto.write({ region: "eu", callback: callback("4", "STOP") })).toEqual(["changed"]);
});

/** An address that leads to the master until it dies: when it is asked for `asked`, or once it has answered `answered`. */
async function startFailover({ asked, answered }: { readonly asked?: string; readonly answered?: string }) {
  let [isOver, sockets]: [boolean, Socket[]] = [false, []];
  const server = createServer((client) => {
    const to = connect((isOver ? replica : master).options.port ?? 0, "127.0.0.1");
    const isFirst = !isOver;
    sockets.push(client, to);
    const die = (): void => {
      isOver = true;
      client.end();
      to.destroy();
    };
    client.on("data", (data) => {
      const isAsked = asked !== undefined && data.toString("latin1").toLowerCase().includes(asked);
      if (isFirst && isAsked) die();
      else to.write(data);
    });
    to.on("data", (data) => {
      const at = answered === undefined ? -1 : data.indexOf(answered);
      client.write(isFirst && at >= 0 ? data.subarray(0, at + (answered?.length ?? 0)) : data);
      if (isFirst && at >= 0) die();
    });
    for (const each of [client, to]) each.on("error", () => each.destroy());
    client.on("close", () => to.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A connection that is gone already keeps the process for so long after it was told to disconnect.
  const terms = { maxRetriesPerRequest: null, disconnectTimeout: 10 };
  const redis = new Redis((server.address() as AddressInfo).port, "127.0.0.1", terms);
  redis.on("error", () => undefined);
  return {
    redis,
    close: async () => {
      redis.disconnect();
      server.close();
      for (const each of sockets) each.destroy();
      await once(server, "close");
    },
  };
}

test.each([
  ["is asked whether it has replicas", null, { asked: "$4\r\ninfo\r\n$11" }, ["changed", 1]],
  ["is asked to wait for a replica", 1, { asked: "$4\r\nwait" }, ["refused", 1]],
  ["has written it, and answered half", 1, { answered: "changed\r\n" }, ["refused", 0]],
] as const)(
  "an opt-out that is acknowledged is on the list of whoever takes over when the master %s",
  async (_when, replicas, how, becomes) => {
    await replica.replicaof("NO", "ONE");
    for (const each of [master, replica]) await each.flushall();
    // What was heard of the same person before the replica has fallen behind.
    const earlier = { region: "eu", callback: callback("1", "START") };
    for (const each of [master, replica]) await writerThat(0, each).write(earlier);
    const failover = await startFailover(how);
    const writing = writerThat(replicas, failover.redis).write({ region: "eu", callback: callback("2", "STOP") });
    const ending = await writing.then(
      ([first]) => first,
      () => "refused",
    );
    await failover.close();
    const list = openSuppressionList({ redis: replica, prefix: "{volley}", numbering: createNumbering() });
    expect([ending, (await list.find("46701234567")).length]).toEqual(becomes);
  },
);

test("what an operator changes is answered once as many replicas have it as are asked for", async () => {
  await replica.replicaof("NO", "ONE");
  const producer = createProducer({ redis: master, prefix: "{operator}", timeoutMs: 1_000, optOutReplicas: 1 });
  const { suppressions } = producer;
  const ann = { number: "46701234567", scope: "all" as const };
  const unconfirmed = { code: "VOLLEY_SUPPRESSION_UNCONFIRMED", message: expect.stringContaining("kept or lost") };
  await expect(suppressions.add(ann.number, { kind: "maybe" })).rejects.toMatchObject(unconfirmed);
  await expect(suppressions.decide(ann, "stop", { who: "eva" })).rejects.toMatchObject(unconfirmed);
  await expect(suppressions.remove(ann.number)).rejects.toMatchObject(unconfirmed);
  await expect(suppressions.add("46701234568")).rejects.toMatchObject(unconfirmed);
  await expect(producer.forget("46701234568")).rejects.toMatchObject(unconfirmed);
  // There is nothing left to write, and a replica may be without it all the same.
  await expect(producer.forget("46701234568")).rejects.toMatchObject(unconfirmed);

  await replicate();
  expect(await suppressions.add(ann.number)).toEqual({ added: 1, confirmed: 0, known: 0 });
  expect(await suppressions.add(ann.number)).toEqual({ added: 0, confirmed: 0, known: 1 });
  const list = openSuppressionList({ redis: replica, prefix: "{operator}", numbering: createNumbering() });
  expect(await list.find(ann.number)).toHaveLength(1);
  expect((await producer.forget(ann.number)).found).toMatchObject({ list: 1 });
  expect(await list.find(ann.number)).toMatchObject([{ number: null }]);
  expect(await suppressions.remove(ann.number)).toEqual({ removed: 1, absent: 0 });
  expect(await list.find(ann.number)).toEqual([]);
  await producer.close();
});
