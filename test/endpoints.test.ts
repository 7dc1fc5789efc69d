import type { ServerResponse } from "node:http";
import { afterEach, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createProducer, type Producer } from "@volley/producer";
import { Redis } from "ioredis";
import { answers, cleanUpEndpoints, hook } from "./endpoints-rig.ts";
import { eventually } from "./stage/eventually.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

cleanUpEndpoints();

const PREFIX = "{volley}";

let local: LocalRedis;
let redis: Redis;
let producer: Producer;
const processes: WebhooksProcess[] = [];

afterEach(async () => {
  await Promise.all(processes.splice(0).map(async (each) => each.stop()));
  await producer?.close();
  redis?.disconnect();
  await local?.stop();
});

async function start(): Promise<WebhooksProcess> {
  const started = await spawnWebhooks({
    REDIS_URL: local.url,
    VOLLEY_REGIONS: "us",
    VOLLEY_CALLBACK_UNSIGNED: "allow",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8",
    VOLLEY_EVENTS_RETRY_S: "1,1,1",
  });
  processes.push(started);
  return started;
}

/** Writes events from one number to another. @returns their IDs */
async function happen(from: number, to: number): Promise<string[]> {
  const ids = Array.from({ length: to - from }, (_, index) => `evt_${from + index}`);
  const at = "2026-11-30T14:00:00.000Z";
  for (const id of ids) {
    await redis.xadd(`${PREFIX}:events`, "*", "id", id, "type", "send.settled", "at", at, "region", "eu", "data", "{}");
  }
  return ids;
}

it("get every event with its ID, though the process and Redis are killed while requests are under way", async () => {
  local = await startRedis({ prefer: "server", persistence: true });
  redis = new Redis(local.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  producer = createProducer({ redis: local.url });
  const held: string[] = [];
  let isHolding = true;
  const consumer = await hook((response: ServerResponse, { id }) => {
    if (isHolding) held.push(id);
    else answers(204)(response);
  });
  const { endpoint } = await producer.endpoints.add({ url: consumer.url });
  const before = new Date().toISOString();
  const first = await start();
  const ids = await happen(0, 50);
  await eventually(() => held.length === 10, "requests under way");
  await first.kill();
  isHolding = false;

  const second = await start();
  await eventually(() => new Set(consumer.ids().slice(10)).size === 50, "all events from the next process");
  // What was under way comes again, and nothing else does.
  expect(consumer.ids().toSorted()).toEqual([...ids, ...held].toSorted());

  await local.kill();
  await local.restart();
  ids.push(...(await happen(50, 100)));
  await eventually(() => new Set(consumer.ids()).size === 100, "the events after a restart of Redis");
  expect(new Set(consumer.ids())).toEqual(new Set(ids));

  await eventually(async () => (await producer.endpoints.get(endpoint.id)).waiting === 0, "the last one written down");
  consumer.calls.splice(0);
  expect(await producer.endpoints.replay(endpoint.id, { since: before })).toMatchObject({ is_complete: true });
  await eventually(() => new Set(consumer.ids()).size === 100, "everything once more");
  expect(consumer.ids().toSorted()).toEqual(ids.toSorted());
  const metrics = await (await fetch(`${second.url}/metrics`)).text();
  expect(metrics).toMatch(
    new RegExp(`volley_endpoint_events_total\\{[^}]*endpoint="${endpoint.id}",end="delivered"[^}]*\\} \\d{3}`),
  );
});
