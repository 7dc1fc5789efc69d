import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createProducer, type Producer } from "@volley/producer";
import { createWriter, readCallback, startPoller, type Writer } from "@volley/receipts";
import { createSinchClient, type SinchClient } from "@volley/sinch";
import { Redis } from "ioredis";
import { eventually } from "../stage/eventually.ts";

const [PREFIX, ANN, SENDER] = ["{again}", "46701234567", "12015550123"];

const DAY_MS = 24 * 60 * 60 * 1_000;

let server: LocalRedis;
let emulator: Emulator;
let client: SinchClient;
let redis: Redis;
let producer: Producer;
let writer: Writer;
const pollers: { close: () => Promise<void> }[] = [];
const readings: string[] = [];

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
  emulator = await startEmulator({ plans: { plan: "token" } });
  client = createSinchClient({ baseUrl: emulator.url, servicePlanId: "plan", apiToken: "token" });
  redis = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on("error", () => {});
  producer = createProducer({ redis, prefix: PREFIX, timeoutMs: 20_000 });
  writer = createWriter({ redis, prefix: PREFIX, keepS: 600, nonceS: 0, events: { bytes: 1e6, ageMs: DAY_MS } });
});

afterAll(async () => {
  for (const { close } of pollers) await close();
  await producer.close();
  redis.disconnect();
  client.close();
  await emulator.close();
  await server.stop();
});

function start(region = "eu", alsoIn: string[] = []): void {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const observer = {
    polled: (_region: string, kind: string, outcome: string) => void readings.push(`${region} ${kind} ${outcome}`),
    read: () => {},
  };
  const own = { region, alsoIn, intervalMs: null, againMs: DAY_MS };
  pollers.push(startPoller({ ...own, prefix: PREFIX, redis, source: client, writer, observer, log }));
}

const events = async () =>
  (await producer.events()).events.map(
    ({ type, region, data }) => `${region} ${type} ${String(data["message_id"] ?? data["id"])}`,
  );

/** Somebody texts, and it is acknowledged. */
async function answer(body: string): Promise<string> {
  const { id } = emulator.receive({ from: ANN, to: SENDER, body });
  const received_at = new Date().toISOString();
  const callback = readCallback({ type: "mo_text", id, from: ANN, to: SENDER, body, received_at });
  await writer.write({ region: "eu", callback });
  return id;
}

test("an opt-out that Redis has forgotten is heard again, once, by one of two processes, and not by one that starts then", async () => {
  start();
  start();
  await eventually(() => readings.length === 1, "the first reading");
  const id = await answer("STOP");
  await server.kill();
  await server.restart();
  await eventually(async () => (await producer.suppressions.check(ANN)).length === 1, "the opt-out");
  await eventually(() => readings.length === 2, "the end of the reading");
  const told = [`eu message.received ${id}`, `eu recipient.opted_out ${id}`];
  expect(await events()).toEqual(told);
  // Another region of the same account knows that it was told.
  start("us", ["eu"]);
  start();
  await eventually(() => readings.includes("us inbounds ok"), "the reading of another region");
  expect(await events()).toEqual(told);
  expect(readings).toEqual(["eu inbounds ok", "eu inbounds ok", "us inbounds ok"]);
}, 60_000);
