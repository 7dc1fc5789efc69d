import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { FIRST_EVENTS, readDeliveries, readEvents, readTally } from "@volley/receipts";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

/** The provider tries again within milliseconds, more or less. */
const SPEED = 20_000;

const SECRET = "a secret";
const SEND = "us-0123456789abcdefghjk";
const BATCHES = 20;
const PEOPLE = 250;

let prefix: string;
let redis: Redis;
let emulator: Emulator;
let webhooks: WebhooksProcess;

async function start(port = "0"): Promise<void> {
  webhooks = await spawnWebhooks({
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_US_CALLBACK_SECRETS: `old,${SECRET}`,
    VOLLEY_HTTP_PORT: port,
  });
}

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  await start();
  const reportUrl = `${webhooks.url}/v1/callbacks/us`;
  emulator = await startEmulator({
    speed: SPEED,
    failShare: 0.3,
    callbackSecret: SECRET,
    reportUrl,
    inboundUrl: reportUrl,
  });
});

afterEach(async () => {
  await webhooks.stop();
  await emulator.close();
  await redis.quit();
  await dropPrefix(prefix);
});

async function send(part: number): Promise<void> {
  const response = await fetch(`${emulator.url}/xms/v1/plan/batches`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": "application/json" },
    body: JSON.stringify({
      from: "12345",
      to: Array.from({ length: PEOPLE }, (_, index) => String(46_700_000_000 + part * PEOPLE + index)),
      body: "Hi",
      delivery_report: part % 2 === 0 ? "per_recipient" : "full",
      client_reference: `spring~${SEND}.p${part}`,
    }),
  });
  expect(response.status).toBe(201);
}

test("what the provider reports is counted once, though the process is killed again and again", async () => {
  for (let part = 0; part < BATCHES; part += 1) await send(part);
  const { port } = new URL(webhooks.url);
  for (let kill = 0; kill < 3; kill += 1) {
    const before = emulator.callbacks().delivered;
    await eventually(() => emulator.callbacks().delivered >= before + 200, "callbacks that arrive");
    await webhooks.kill();
    await start(port);
  }
  await eventually(() => emulator.callbacks().pending === 0, "the end of all callbacks", 50_000);
  expect(emulator.callbacks()).toMatchObject({ dropped: 0, given_up: 0 });

  const place = { prefix, region: "us" };
  const { states } = await readTally(redis, place, SEND);
  expect(states.reduce((sum, { count }) => sum + count, 0)).toBe(BATCHES * PEOPLE);
  expect(states.map(({ state }) => state.status)).toEqual(expect.arrayContaining(["Delivered", "Failed", "Expired"]));
  const query = { place, sendId: SEND, from: null, limit: 2 * BATCHES * PEOPLE };
  const { deliveries } = await readDeliveries(redis, query);
  expect(new Set(deliveries.map(({ recipient }) => recipient)).size).toBe(BATCHES * PEOPLE);
  expect(deliveries.every(({ is_final: isFinal }) => isFinal)).toBe(true);
  const { events } = await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 100_000 });
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events.filter(({ data }) => data["is_final"] === true)).toHaveLength(BATCHES * PEOPLE);
}, 120_000);

test("what people answer is told once, and a graceful stop finishes what is in hand", async () => {
  for (let index = 0; index < 50; index += 1)
    emulator.receive({ plan: "plan", from: String(46_700_000_000 + index), to: "12345", body: "Hej" });
  expect(await webhooks.stop()).toBe(0);
  await start(new URL(webhooks.url).port);
  await eventually(() => emulator.callbacks().pending === 0, "the end of all callbacks");
  const { events } = await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 1_000 });
  expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 50 }, () => "message.received"));
});
