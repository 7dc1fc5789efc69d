import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const SEND = { from: "Volley", to: ["46701234567"], body: "Hi" };
const MISTYPED = { region: "ue", idempotencyKey: "order 17" };
const NO_WORKER = {
  code: "VOLLEY_NO_WORKER",
  message: expect.stringContaining("no worker has ever worked on the region ue"),
};

let prefix: string;
let redis: Redis;
let producer: Producer;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  producer = createProducer({ redis: testRedisUrl(), prefix, routes: { prefixes: { "46": "ue", "1": "us" } } });
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

async function workerStarts(region: string): Promise<void> {
  await sayServed(redis, prefix, [region]);
}

it("warns of a region that no worker has ever worked on, at every call, until one starts", async () => {
  expect(await producer.enqueue(SEND, MISTYPED)).toMatchObject({ alreadyEnqueued: false, warnings: [NO_WORKER] });
  expect(await producer.enqueue(SEND, MISTYPED)).toMatchObject({ alreadyEnqueued: true, warnings: [NO_WORKER] });
  await workerStarts("ue");
  expect(await producer.enqueue(SEND, MISTYPED)).toMatchObject({ alreadyEnqueued: true, warnings: [] });
});

it("warns of a list that is staged, too", async () => {
  const to = new Set(SEND.to).values();
  expect(await producer.enqueue({ ...SEND, to }, MISTYPED)).toMatchObject({ warnings: [NO_WORKER] });
});

it("warns of the one region without a worker among those that recipients are routed to", async () => {
  await workerStarts("us");
  const to = [...SEND.to, "12015550123"];
  const { warnings } = await producer.enqueue({ ...SEND, to }, { ...MISTYPED, region: "auto" });
  expect(warnings).toEqual([NO_WORKER]);
});

it("warns whoever coalesces", async () => {
  const message = { ...SEND, to: "46701234567" };
  expect(await producer.coalesce(message, MISTYPED)).toMatchObject({ alreadyEnqueued: false, warnings: [NO_WORKER] });
  expect(await producer.coalesce(message, MISTYPED)).toMatchObject({ alreadyEnqueued: true, warnings: [NO_WORKER] });
  await workerStarts("ue");
  expect(await producer.coalesce(message, MISTYPED)).toMatchObject({ alreadyEnqueued: true, warnings: [] });
});

it("says in a region's state whether it is served, whoever has paused or limited it", async () => {
  expect(await producer.region("ue").pause()).toMatchObject({ isPaused: true, isServed: false });
  expect(await producer.region("ue").setLimits({ concurrency: 5 })).toMatchObject({ isServed: false });
  await workerStarts("ue");
  expect(await producer.region("ue").limits()).toMatchObject({ isServed: true });
});

it("names the regions that are served, and none that was only sent to or changed", async () => {
  await producer.enqueue(SEND, MISTYPED);
  await producer.region("mars").pause();
  expect(await producer.servedRegions()).toEqual([]);
  for (const region of ["us", "eu"]) await workerStarts(region);
  expect(await producer.servedRegions()).toEqual(["eu", "us"]);
  expect(await producer.servedRegions(["us", "mars"])).toEqual(["us"]);
  await expect(producer.servedRegions(["US"])).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
});
