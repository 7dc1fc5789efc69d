import { createHmac, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { FIRST_EVENTS, readEvents } from "@volley/receipts";
import { closeRedis, connectRedis, createLogger } from "@volley/runtime";
import { validEvents } from "../../../test/valid-events.ts";
import { readWebhooksConfig } from "./config.ts";
import { startWebhooks } from "./start-webhooks.ts";

const redisUrl = String(process.env["VOLLEY_TEST_REDIS_URL"]);
const { redis: settings } = readWebhooksConfig({
  REDIS_URL: redisUrl,
  VOLLEY_REGIONS: "eu",
  VOLLEY_EU_CALLBACK_SECRETS: "none",
});
const redis = connectRedis(settings, { role: "worker", name: "test" });
const SECRET = "SMSWebhooksSecret";
const REPORT = {
  type: "recipient_delivery_report_sms",
  batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP",
  recipient: "33662162466",
  status: "Delivered",
  code: 0,
  at: "2025-01-13T09:22:40.914Z",
  client_reference: "~eu-0123456789abcdefghjk",
};

let prefix: string;
let lines: string[];
let webhooks: Awaited<ReturnType<typeof startWebhooks>>;

async function start(changes: Record<string, string> = {}): Promise<void> {
  lines = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const config = readWebhooksConfig({
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "eu",
    VOLLEY_EU_CALLBACK_SECRETS: SECRET,
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
    ...changes,
  });
  webhooks = await startWebhooks(config, log);
}

beforeEach(async () => {
  prefix = `{webhooks-test-${randomUUID()}}`;
  await start();
  await ready();
});

afterEach(async () => {
  await webhooks.stop(new AbortController().signal);
  const keys = await redis.keys(`${prefix.replaceAll(/[[\]*?]/g, "\\$&")}:*`);
  if (keys.length > 0) await redis.del(...keys);
});

afterAll(async () => closeRedis(redis));

async function ready(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await fetch(`${webhooks.url}/readyz`)).status !== 200 && Date.now() < deadline) await pause(20);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function signed(body: string, nonce: string = randomUUID()): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    "content-type": "application/json",
    "x-sinch-webhook-signature": createHmac("sha256", SECRET).update(`${body}.${nonce}.${timestamp}`).digest("base64"),
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": nonce,
    "x-sinch-webhook-signature-timestamp": timestamp,
  };
}

async function post(body: string, headers = signed(body), path = "/v1/callbacks/eu"): Promise<number> {
  return (await fetch(webhooks.url + path, { method: "POST", body, headers })).status;
}

function basic(password: string): Record<string, string> {
  return { authorization: `Basic ${btoa(`u:${password}`)}` };
}

async function events(): Promise<unknown[]> {
  return [...validEvents((await readEvents(redis, prefix, { cursor: FIRST_EVENTS, limit: 1_000 })).events)];
}

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${webhooks.url}/metrics`)).text();
  return text.split("\n").find((line) => line.startsWith(name));
}

describe("a callback", () => {
  test("is an event in Redis once it is answered with 200, and comes twice for nothing", async () => {
    const body = JSON.stringify(REPORT);
    expect(await post(body)).toBe(200);
    expect(await events()).toMatchObject([{ type: "recipient.status", data: { recipient: REPORT.recipient } }]);
    expect(await post(body)).toBe(200);
    expect(await post(body, signed(body, "n"))).toBe(200);
    expect(await post(body, signed(body, "n"))).toBe(200);
    expect(await events()).toHaveLength(1);
    const label = 'volley_receipts_total{region="eu",kind="recipient",ending=';
    expect(await metric(`${label}"changed"`)).toMatch(/ 1$/);
    expect(await metric(`${label}"repeated"`)).toMatch(/ 2$/);
    expect(await metric(`${label}"replayed"`)).toMatch(/ 1$/);
  });

  test("of many at the same moment is answered like one alone", async () => {
    const bodies = Array.from({ length: 500 }, (_, index) =>
      JSON.stringify({ ...REPORT, recipient: String(46_700_000_000 + index) }),
    );
    const statuses = await Promise.all(bodies.map(async (body) => post(body)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await events()).toHaveLength(500);
  });

  test.each([
    ["that is not signed", {}],
    ["that is signed otherwise", { ...signed("another"), "content-type": "application/json" }],
  ])("%s is refused, and changes nothing", async (_, headers) => {
    expect(await post(JSON.stringify(REPORT), headers)).toBe(401);
    expect(await events()).toEqual([]);
  });

  test.each([
    ["of a kind that we do not know", JSON.stringify({ type: "mo_hologram", id: "x" }), 200],
    ["that is no object", "[1]", 200],
    ["that is nested deep", "[".repeat(100_000) + "]".repeat(100_000), 200],
    ["that is no JSON", "{", 400],
    ["that is empty", "", 400],
    ["that does not say whom it is about", JSON.stringify({ ...REPORT, recipient: null }), 400],
    [
      "that is nested deep where it counts",
      `{"type":"mo_text","id":"x","body":${"[".repeat(9_000) + "]".repeat(9_000)}}`,
      200,
    ],
    ["that is larger than a megabyte", `"${"x".repeat(1024 * 1024)}"`, 413],
    ["that is as large as may be", `"${"x".repeat(1024 * 1024 - 2)}"`, 200],
  ])("%s is answered with what is right for it", async (_, body, status) => {
    expect(await post(body)).toBe(status);
  });

  test.each(["application/json; charset=utf-8", "text/plain", "rubbish", "a/b/c"])(
    "is read whatever its content type is said to be: %s",
    async (type) => {
      const body = JSON.stringify(REPORT);
      expect(await post(body, { ...signed(body), "content-type": type })).toBe(200);
    },
  );

  test("for a region that this process does not know yet is not lost", async () => {
    const body = JSON.stringify(REPORT);
    expect(await post(body, signed(body), "/v1/callbacks/gulf")).toBe(503);
  });
});

test("a callback that cannot be written down comes again, and then is taken", async () => {
  const body = JSON.stringify({ type: "mo_text", id: "01J", from: "46701234567", to: "12345", body: "Hej!" });
  const headers = signed(body);
  await redis.set(`${prefix}:events`, "in the way");
  expect(await post(body, headers)).toBe(503);
  await redis.del(`${prefix}:events`);
  expect(await post(body, headers)).toBe(200);
  expect(await events()).toHaveLength(1);
});

test("without Redis it starts, is not ready, and asks for every callback again", async () => {
  await webhooks.stop(new AbortController().signal);
  await start({ REDIS_URL: "redis://127.0.0.1:1" });
  expect((await fetch(`${webhooks.url}/livez`)).status).toBe(200);
  expect((await fetch(`${webhooks.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${webhooks.url}/metrics`)).status).toBe(200);
  expect(await post(JSON.stringify(REPORT))).toBe(503);
});

test("a secret path and a password do as well, each with two of them", async () => {
  await webhooks.stop(new AbortController().signal);
  await start({
    VOLLEY_EU_CALLBACK_SECRETS: "",
    VOLLEY_EU_CALLBACK_TOKENS: "old,new",
    VOLLEY_EU_CALLBACK_BASIC: "u:old,u:new",
  });
  await ready();
  const body = JSON.stringify(REPORT);
  expect(await post(body, {}, "/v1/callbacks/eu/old")).toBe(200);
  expect(await post(body, {}, "/v1/callbacks/eu/new")).toBe(200);
  expect(await post(body, {}, "/v1/callbacks/eu/other")).toBe(401);
  expect(await post(body, basic("old"))).toBe(200);
  expect(await post(body, basic("new"))).toBe(200);
  expect(await post(body, basic("other"))).toBe(401);
  expect(await post(body, {})).toBe(401);
});

test("nothing of a callback stands in the log or the metrics, whatever becomes of it", async () => {
  const token = "wrong-token-4711";
  const body = JSON.stringify({ ...REPORT, own: "Hej Ann" });
  await post(body);
  await post(body.replace("Delivered", "Failed"));
  await post(body, {});
  await post(body, {}, `/v1/callbacks/eu/${token}`);
  await post(`${body}}`);
  await redis.set(`${prefix}:events`, "in the way");
  await redis.del(`${prefix}:events`);
  const said = lines.join("") + (await (await fetch(`${webhooks.url}/metrics`)).text());
  expect(said).toContain("another end than before");
  expect(said).not.toMatch(new RegExp(`${REPORT.recipient}|${token}|${SECRET}|Hej`));
});
