import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import type { SendResult } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { ownPrefix } from "./own-prefix.ts";
import { callBack, calledBack, takeCallbacks } from "./stage/call-back.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { environmentOf, plansOf } from "./stage/stage.ts";
import { type RedisCluster, startRedisCluster } from "./stage/redis-cluster.ts";
import { unlessAway } from "./stage/unless-away.ts";
import type { WebhooksProcess } from "./stage/webhooks-process.ts";
import { startWorkerProcess, type WorkerProcess } from "./stage/worker-process.ts";

const prefix = ownPrefix();
let cluster: RedisCluster;
let emulator: Emulator;
let worker: WorkerProcess;
let webhooks: WebhooksProcess;
let producer: Producer;

beforeAll(async () => {
  cluster = await startRedisCluster(3);
  emulator = await startEmulator({ plans: plansOf(["us"]) });
  producer = createProducer({ redis: cluster.client, prefix, timeoutMs: 20_000 });
  worker = await startWorkerProcess({
    REDIS_URL: cluster.urls,
    ...environmentOf(["us"], { prefix, baseUrl: emulator.url }),
    VOLLEY_UNKNOWN_HOLD_MS: "1000",
  });
  webhooks = await takeCallbacks({ REDIS_URL: cluster.urls, VOLLEY_PREFIX: prefix });
});

afterAll(async () => {
  await Promise.all([worker.stop(), webhooks.stop()]);
  await producer.close();
  await cluster.close();
  await emulator.close();
});

async function resultOf(id: string): Promise<SendResult> {
  const read = async () => (await producer.status(id))?.result;
  return eventually(async () => read().catch(unlessAway), `the result of ${id}`);
}

it("takes sends of every size, alone and together, and texts everybody once", async () => {
  const to = people(5_000);
  const message = { from: "Volley", body: "Hi ${name}!", parameters: { name: { default: "you" } } };
  const large = await producer.enqueue(
    { ...message, to: to.slice(0, 4_000).values() },
    { region: "us", idempotencyKey: "large" },
  );
  const inline = await producer.enqueue(
    { ...message, to: to.slice(4_000, 4_900) },
    { region: "us", idempotencyKey: "inline" },
  );
  const coalesced = await Promise.all(
    to
      .slice(4_900)
      .map(async (number, index) =>
        producer.coalesce(
          { from: "Volley", to: number, body: "Hi ${name}!", parameters: { name: `N${index}` } },
          { region: "us" },
        ),
      ),
  );
  for (const id of new Set([large, inline, ...coalesced].map(({ id: each }) => each))) {
    expect(await resultOf(id)).toMatchObject({ state: "accepted", errors: [] });
  }
  expect(to.filter((number) => emulator.timesTexted(number) !== 1)).toEqual([]);
  expect(emulator.textsTo(to[4_907] ?? "")).toEqual(["Hi N7!"]);
});

it("forgets somebody, and nobody else, among very many other keys", async () => {
  const [ann = "", bo = ""] = people(2, 900_000);
  const message = { from: "Volley", to: [ann, bo], body: "Hi" };
  const { id } = await producer.enqueue(message, { region: "us", idempotencyKey: "to be forgotten" });
  expect(await resultOf(id)).toMatchObject({ state: "accepted" });
  await producer.suppressions.add([ann, bo]);
  expect(await callBack(webhooks, ann)).toBe(200);
  for (let thousand = 0; thousand < 200; thousand += 1) {
    const adding = (await nodeClient(`other-${thousand}`)).pipeline();
    for (let index = 0; index < 1_000; index += 1) adding.set(`{other-${thousand}}:${index}`, ann);
    await adding.exec();
  }
  const { found, left } = await producer.forget(ann);
  expect(found).toMatchObject({ list: 1 });
  expect(left).toEqual({ active: 0, in_doubt: 0, waiting: 0, named: 0 });
  expect(Object.values((await producer.forget(ann)).found).every((count) => count === 0)).toBe(true);
  expect(await producer.suppressions.check(ann)).toMatchObject([{ number: null }]);
  expect(await producer.suppressions.check(bo)).toMatchObject([{ number: bo }]);
  expect(await cluster.client.get("{other-7}:7")).toBe(ann);
});

/** The connection to the node that has a key: a pipeline of the cluster's own asks for each key where it is. */
async function nodeClient(key: string) {
  const { url } = await cluster.nodeOf(key);
  const node = cluster.client.nodes("master").find(({ options }) => url.endsWith(`:${options.port}`));
  if (node === undefined) throw new Error("no such node");
  return node;
}

it("texts nobody twice and forgets nobody when the node that has the queues is killed while a send is under way", async () => {
  const to = people(20_000, 100_000);
  emulator.faults.add({ match: { method: "POST" }, times: null, action: { kind: "latency", ms: 100 } });
  const before = emulator.batches().length;
  const options = { region: "us", idempotencyKey: "while a node is killed" };
  const { id } = await producer.enqueue({ from: "Volley", to: to.values(), body: "Hello." }, options);
  await eventually(() => emulator.batches().length > before + 2, "the first batches");
  const earlier = await calledBack(cluster.client, prefix);
  expect(await callBack(webhooks, "46701234567")).toBe(200);
  expect(await calledBack(cluster.client, prefix)).toBe(earlier + 1);
  const node = await cluster.nodeOf(`${prefix}:sends`);
  await node.kill();
  expect(await callBack(webhooks, "46701234568")).toBe(503);
  await node.restart();
  await eventually(async () => (await callBack(webhooks, "46701234568")) === 200, "callbacks that are taken again");
  expect(await resultOf(id)).toMatchObject({ state: "accepted", recipients: { accepted: 20_000 } });
  expect(to.filter((number) => emulator.timesTexted(number) !== 1)).toEqual([]);
  expect(worker.log().map(({ msg }) => msg)).toContainEqual(
    expect.stringMatching(/another Redis process answers, and has forgotten nothing|forgotten its last writes/),
  );
});
