import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { limitsKey } from "@volley/contract";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { startVolleyWorker, type VolleyWorker } from "./volley-worker.ts";

let rig: RegionRig;

beforeAll(async () => {
  rig = await startRegionRig();
});

afterAll(async () => rig.close());

const say = (): void => {};

const LOG = { debug: say, info: say, warn: say, error: say };

/** Starts a worker with some options in place of good ones. */
async function start(wrong: object, wrongOfRegion: object = {}): Promise<VolleyWorker> {
  const region = { name: "eu", client: rig.client(), concurrency: 1, ...wrongOfRegion };
  const options = { redis: rig.redis, prefix: rig.prefix, log: LOG, regions: [region], ...wrong };
  return Reflect.apply(startVolleyWorker, undefined, [options]);
}

it.each<[string, object]>([
  ["perfix: unknown option, did you mean prefix?", { perfix: "x" }],
  ["prefix: expected a text", { prefix: "" }],
  ["redis: expected a connection of ioredis", { redis: "redis://127.0.0.1" }],
  ["redis: expected a value, got nothing", { redis: undefined }],
  ["regions: expected a list", { regions: "eu" }],
  ["log: expected an object with debug", { log: {} }],
  ["observer: expected an object with requestEnded", { observer: {} }],
  ["random: expected a function", { random: 0.5 }],
  ["settings: expected an object", { settings: 5 }],
  ["settings.lead: unknown option, did you mean leadMs?", { settings: { lead: 1 } }],
  ["settings.leadMs: expected a whole number", { settings: { leadMs: "60s" } }],
  ["settings.probeIntervalMs: expected a whole number", { settings: { probeIntervalMs: 0 } }],
  ["settings.keepRecipients: expected true or false", { settings: { keepRecipients: "no" } }],
  ["settings.keepResults.bytes: expected a value", { settings: { keepResults: { age: 1 } } }],
  [
    "settings.keepResults.age: expected a whole number",
    { settings: { keepResults: { age: "7d", bytes: 1, count: 1 } } },
  ],
])("is refused with %s", async (message, wrong) => {
  await expect(start(wrong)).rejects.toThrow(TypeError);
  await expect(start(wrong)).rejects.toThrow(message);
});

it.each<[string, object]>([
  ["regions[0].name: expected a name", { name: "EU" }],
  ["regions[0].client: expected an object with sendBatch", { client: {} }],
  ["regions[0].concurrency: expected a value, got nothing", { concurrency: undefined }],
  ["regions[0].concurrency: expected a whole number", { concurrency: 0 }],
  ["regions[0].rates: unknown option, did you mean rate?", { rates: 5 }],
  ["regions[0].rate: expected a number from 0.001 to 1000000, or null", { rate: "5" }],
  ["regions[0].rateUnit: expected recipients or segments", { rateUnit: "texts" }],
  ["regions[0].timeoutMs: expected a whole number", { timeoutMs: "8s" }],
])("is refused for a region with %s", async (message, wrong) => {
  await expect(start({}, wrong)).rejects.toThrow(TypeError);
  await expect(start({}, wrong)).rejects.toThrow(message);
});

it("takes an option that is undefined for one that is left out", async () => {
  const given = { settings: { workerConcurrency: undefined }, observer: undefined };
  const worker = await start(given, { burstMs: undefined, rateUnit: undefined });
  const limits = await rig.redis.hgetall(limitsKey(rig.prefix, "eu"));
  await worker.close();
  expect(limits).toMatchObject({ default_burst_ms: "1000", default_rate_unit: "recipients" });
});
