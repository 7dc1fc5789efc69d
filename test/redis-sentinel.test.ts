import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { createProducer, type Producer } from "@volley/producer";
import { Redis } from "ioredis";
import { ownPrefix } from "./own-prefix.ts";
import { callBack, calledBack, takeCallbacks } from "./stage/call-back.ts";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { environmentOf, plansOf } from "./stage/stage.ts";
import { unlessAway } from "./stage/unless-away.ts";
import { startWatchedRedis, type WatchedRedis } from "./stage/redis-sentinel.ts";
import type { WebhooksProcess } from "./stage/webhooks-process.ts";
import { startWorkerProcess, type WorkerProcess } from "./stage/worker-process.ts";

const prefix = ownPrefix();
let watched: WatchedRedis;
let emulator: Emulator;
let worker: WorkerProcess;
let webhooks: WebhooksProcess;
let connection: Redis;
let producer: Producer;

beforeAll(async () => {
  watched = await startWatchedRedis();
  emulator = await startEmulator({ plans: plansOf(["us"]) });
  const [host = "", port = ""] = watched.sentinel.split(":");
  connection = new Redis({ sentinels: [{ host, port: Number(port) }], name: watched.masterName });
  connection.on("error", () => {});
  producer = createProducer({ redis: connection, prefix, timeoutMs: 20_000 });
  const redis = { REDIS_SENTINELS: watched.sentinel, REDIS_MASTER_NAME: watched.masterName };
  webhooks = await takeCallbacks({ ...redis, VOLLEY_PREFIX: prefix });
  worker = await startWorkerProcess({
    ...redis,
    ...environmentOf(["us"], { prefix, baseUrl: emulator.url }),
    VOLLEY_UNKNOWN_HOLD_MS: "1000",
  });
});

afterAll(async () => {
  await Promise.all([worker.stop(), webhooks.stop()]);
  await producer.close();
  connection.disconnect();
  await watched.close();
  await emulator.close();
});

it("texts nobody twice and forgets nobody when a replica takes over while a send is under way", async () => {
  const to = people(30_000);
  emulator.faults.add({ match: { method: "POST" }, times: null, action: { kind: "latency", ms: 100 } });
  const options = { region: "us", idempotencyKey: "while the primary is killed" };
  const { id } = await producer.enqueue({ from: "Volley", to: to.values(), body: "Hello." }, options);
  await eventually(() => emulator.batches().length > 2, "the first batches");
  expect(await callBack(webhooks, "46701234567")).toBe(200);
  await watched.primary.kill();
  await eventually(async () => (await callBack(webhooks, "46701234568")) === 200, "callbacks that are taken again");
  expect(await calledBack(connection, prefix)).toBeGreaterThanOrEqual(1);
  const read = async () => (await producer.status(id))?.result;
  const result = await eventually(async () => read().catch(unlessAway), "the result");
  expect(result).toMatchObject({ state: "accepted", recipients: { accepted: 30_000 } });
  expect(to.filter((number) => emulator.timesTexted(number) !== 1)).toEqual([]);
  expect(worker.log().map(({ msg }) => msg)).toContainEqual(
    expect.stringMatching(/another Redis process answers, and has forgotten nothing|forgotten its last writes/),
  );
});
