import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { startEmulator } from "@volley/emulator";
import { FIRST_EVENTS, readEvents, readTally } from "@volley/receipts";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";
import { type Stalling, startStallingProxy } from "./stage/stalling-proxy.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

/** The provider tries again within milliseconds, more or less. */
const SPEED = 20_000;

const SECRET = "a secret";
const SEND = "us-0123456789abcdefghjk";
const RECIPIENT = "46700000001";

let prefix: string;
let redis: Redis;
let webhooks: WebhooksProcess;

async function start(port = "0", redisUrl = testRedisUrl()): Promise<void> {
  webhooks = await spawnWebhooks({
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_US_CALLBACK_SECRETS: `old,${SECRET}`,
    VOLLEY_HTTP_PORT: port,
  });
}

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
});

afterEach(async () => {
  await webhooks.stop();
  await redis.quit();
  await dropPrefix(prefix);
});

async function events() {
  return (await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 1_000 })).events;
}

async function counts(): Promise<number[]> {
  const { states } = await readTally(redis, { prefix, region: "us" }, SEND);
  return states.map(({ count }) => count);
}

/** A report as the provider signs it; the same nonce where it repeats what it has signed. */
function signed(nonce: string) {
  const report = { type: "recipient_delivery_report_sms", batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP", status: "Delivered" };
  const body = JSON.stringify({ ...report, recipient: RECIPIENT, code: 0, client_reference: `~${SEND}` });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac("sha256", SECRET).update(`${body}.${nonce}.${timestamp}`).digest("base64");
  const headers = {
    "x-sinch-webhook-signature": signature,
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": nonce,
    "x-sinch-webhook-signature-timestamp": timestamp,
  };
  return { method: "POST", body, headers };
}

/** @returns the status; `null` where the process is gone before it answers */
async function call(request: RequestInit): Promise<number | null> {
  return fetch(`${webhooks.url}/v1/callbacks/us`, request).then(
    ({ status }) => status,
    () => null,
  );
}

describe.each<[string, Stalling["lost"], number]>([
  ["before it was written down", "command", 0],
  ["after it was written down, before the answer", "answer", 1],
])("a callback whose process is killed %s", (_, lost, written) => {
  test("is taken when it comes again, signed as it was or anew, and counts once", async () => {
    const proxy = await startStallingProxy(testRedisUrl(), { at: RECIPIENT, lost });
    await start("0", proxy.url);
    const request = signed("01JHFFHWYY7HSS4FWTMDTQEK8V");
    const cut = call(request);
    await eventually(() => proxy.isStalled(), "a process in the middle of writing");
    await eventually(async () => (await events()).length === written, "what Redis has by then");
    await webhooks.kill();
    expect(await cut).toBeNull();
    await proxy.close();

    await start(new URL(webhooks.url).port);
    expect(await call(request)).toBe(200);
    const told = await events();
    expect(told).toMatchObject([{ type: "recipient.status", data: { recipient: RECIPIENT, send_id: SEND } }]);
    expect(await counts()).toEqual([1]);
    // The same nonce once more, and what the provider signs anew.
    expect([await call(request), await call(signed("another"))]).toEqual([200, 200]);
    expect(await events()).toEqual(told);
    expect(await counts()).toEqual([1]);
  });
});

test("what people answer is told once, and a graceful stop finishes what is in hand", async () => {
  await start();
  const inboundUrl = `${webhooks.url}/v1/callbacks/us`;
  const emulator = await startEmulator({ speed: SPEED, callbackSecret: SECRET, inboundUrl });
  for (let index = 0; index < 50; index += 1)
    emulator.receive({ plan: "plan", from: String(46_700_000_000 + index), to: "12345", body: "Hej" });
  expect(await webhooks.stop()).toBe(0);
  await start(new URL(webhooks.url).port);
  await eventually(() => emulator.callbacks().pending === 0, "the end of all callbacks");
  expect((await events()).map(({ type }) => type)).toEqual(Array.from({ length: 50 }, () => "message.received"));
  await emulator.close();
});
