import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createNumbering } from "@volley/opt-outs";
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

function writerThat(replicas: number | null): Writer {
  const optOuts = { numbering: createNumbering(), startWords: [], replicas };
  const events = { bytes: 1e6, ageMs: 1e6 };
  return createWriter({
    redis: master,
    prefix: "{volley}",
    keepS: 600,
    nonceS: 600,
    events,
    optOuts,
    timeoutMs: 1_000,
  });
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
  await expect(two.write(stop)).rejects.toThrow("of 1 replicas of redis 0 have an opt-out");
  await expect(two.write(stop)).rejects.toThrow("replicas");
  expect(await two.write({ region: "eu", callback: callback("3", "see you") })).toEqual(["changed"]);

  const [, port = ""] = /:(\d+)/.exec(new URL(servers[0]?.url ?? "").host) ?? [];
  await replica.replicaof("127.0.0.1", Number(port));
  for (let look = 0; look < 300 && !(await replica.info("replication")).includes("master_link_status:up"); look += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await two.write(stop)).toEqual(["replayed"]);
  expect(await auto.write({ region: "eu", callback: callback("4", "STOP") })).toEqual(["changed"]);
});
