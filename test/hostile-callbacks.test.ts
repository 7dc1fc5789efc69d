import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { deliveryOf, FIRST_EVENTS, readDeliveries, readEvents, readTally } from "@volley/receipts";
import fc from "fast-check";
import { Redis } from "ioredis";
import { BATCH_ID, BODIES, BODY, REPORT, SEND } from "./hostile-bodies.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { askRaw } from "./stage/raw-http.ts";
import { spawnWebhooks, type WebhooksProcess } from "./stage/webhooks-process.ts";

const SECRET = "a secret";
const PATH = "/v1/callbacks/us";
const prefix = ownPrefix();
let redis: Redis;
let webhooks: WebhooksProcess;

beforeAll(async () => {
  redis = new Redis(testRedisUrl());
  webhooks = await spawnWebhooks({
    REDIS_URL: testRedisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us,eu",
    VOLLEY_EU_CALLBACK_SECRETS: SECRET,
    VOLLEY_CALLBACK_UNSIGNED: "allow",
    VOLLEY_HTTP_PORT: "0",
  });
});

afterAll(async () => {
  await webhooks.stop();
  await redis.quit();
  await dropPrefix(prefix);
});

async function post(body: string | Uint8Array, headers: Record<string, string> = {}, path = PATH): Promise<number> {
  return (await fetch(webhooks.url + path, { method: "POST", body, headers })).status;
}

/** A request as bytes. */
function request(body: string | Uint8Array, headers: readonly string[] = [], line = `POST ${PATH} HTTP/1.1`): Buffer {
  const length = headers.some((header) => /^(?:content-length|transfer-encoding):/i.test(header))
    ? []
    : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [line, "Host: volley", ...length, ...headers].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), Buffer.from(body)]);
}

function chunked(body: string, size = 7): string {
  const chunks = body.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  return [...chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`), "0\r\n\r\n"].join("");
}

function signatureOf(body: string): string[] {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac("sha256", SECRET).update(`${body}.nonce.${timestamp}`).digest("base64");
  const name = "X-Sinch-Webhook-Signature";
  return [`${name}: ${signature}`, `${name}-Nonce: nonce`, `${name}-Timestamp: ${timestamp}`];
}

describe("a body", () => {
  test.each(BODIES)("%s is answered with what is right for it", async (_, body, status) => {
    expect(await post(body)).toBe(status);
  });

  test("with a mark of its byte order is read", async () => {
    expect(await post(`\uFEFF${BODY}`)).toBe(200);
  });
});

describe("a request", () => {
  test.each<[string, () => readonly (string | Uint8Array)[], readonly number[]]>([
    ["in chunks, without a length", () => [request(chunked(BODY), ["Transfer-Encoding: chunked"])], [200]],
    [
      "in chunks of more than a megabyte",
      () => [request(chunked("x".repeat(2_000_000), 65_536), ["Transfer-Encoding: chunked"])],
      [413],
    ],
    ["that says more than a megabyte", () => [request("", ["Content-Length: 99999999999"])], [413]],
    ["that says a length that is none", () => [request(BODY, ["Content-Length: -1"])], [400]],
    ["that says two lengths", () => [request(BODY, ["Content-Length: 5", "Content-Length: 6"])], [400]],
    [
      "that says a length and comes in chunks",
      () => [request(chunked(BODY), ["Content-Length: 5", "Transfer-Encoding: chunked"])],
      [400],
    ],
    ["in pieces", () => [request(BODY).subarray(0, 90), request(BODY).subarray(90)], [200]],
    ["that waits to be told to go on", () => [request(BODY, ["Expect: 100-continue"])], [100, 200]],
    ["of HTTP/1.0", () => [request(BODY, [], `POST ${PATH} HTTP/1.0`)], [200]],
    ["with its whole address", () => [request(BODY, [], `POST http://volley${PATH} HTTP/1.1`)], [200]],
    [
      "ten times on one connection, without waiting",
      () => [Buffer.concat(Array.from({ length: 10 }, () => request(BODY)))],
      Array.from({ length: 10 }, () => 200),
    ],
    ["with a type that is none", () => [request(BODY, ["Content-Type: ;;;/=\xff"])], [200]],
    ["that is compressed", () => [request(gzipSync(BODY), ["Content-Encoding: gzip"])], [400]],
    ["that is said to be compressed", () => [request(BODY, ["Content-Encoding: deflate"])], [200]],
    ["with two types", () => [request(BODY, ["Content-Type: text/html", "Content-Type: image/png"])], [200]],
    ["in a charset that is none", () => [request(BODY, ["Content-Type: application/json; charset=utf-32"])], [200]],
    ["with headers of a hundred kilobytes", () => [request(BODY, [`X-Long: ${"x".repeat(100_000)}`])], [431]],
    ["that is none", () => ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"], [400]],
    ["signed", () => [request(BODY, signatureOf(BODY), "POST /v1/callbacks/eu HTTP/1.1")], [200]],
    [
      "signed twice",
      () => [request(BODY, [...signatureOf(BODY), ...signatureOf(BODY)], "POST /v1/callbacks/eu HTTP/1.1")],
      [401],
    ],
    ["signed for other bytes", () => [request(BODY, signatureOf(`${BODY} `), "POST /v1/callbacks/eu HTTP/1.1")], [401]],
  ])("%s is answered with what is right for it", async (_, pieces, statuses) => {
    expect((await askRaw(webhooks.url, pieces(), statuses.length)).statuses).toEqual(statuses);
  });

  test.each([0, 20, 200])("that ends after %s bytes harms nobody", async (length) => {
    await askRaw(webhooks.url, [request(BODY).subarray(0, length)], 0);
    expect(await post(BODY)).toBe(200);
  });
});

describe("a path", () => {
  test.each<[string, number]>([
    [`${PATH}/`, 200],
    [`${PATH}?token=x`, 200],
    ["/v1/callbacks/%75s", 200],
    [`${PATH}/token`, 401],
    [`${PATH}/..%2feu`, 401],
    [`${PATH}/%00`, 401],
    [`${PATH}/${"x".repeat(2_000)}`, 400],
    ["/v1/callbacks/__proto__", 503],
    ["/v1/callbacks/constructor", 503],
    ["/v1/callbacks/US", 503],
    ["/v1/callbacks/us%0a", 503],
    ["/v1/callbacks/%", 400],
    [`${PATH}/%ff`, 400],
    [`/${PATH}`, 404],
    ["/v1/callbacks", 404],
    [`${PATH}/a/b`, 404],
  ])("%# is answered with what is right for it, and not given back", async (path, status) => {
    const { statuses, text } = await askRaw(webhooks.url, [request(BODY, [], `POST ${path} HTTP/1.1`)]);
    expect(statuses).toEqual([status]);
    expect(text).not.toContain("callbacks");
  });

  test.each(["GET", "PUT", "DELETE", "HEAD", "BREW"])("is not for %s", async (method) => {
    const { statuses } = await askRaw(webhooks.url, [request(BODY, [], `${method} ${PATH} HTTP/1.1`)]);
    expect([400, 404]).toContain(statuses[0]);
  });
});

test("a status, a code or a time that nobody writes is counted and shown all the same", async () => {
  const sendId = "us-zzzzzzzzzzzzzzzzzzzz";
  const strange = [
    ...["constructor", "toString", "__proto__", "hasOwnProperty", "last_at", "Delivered:0"].map((status) => ({
      status,
    })),
    ...["9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z", "+275760-09-13T00:00:00.000Z"].map((at) => ({ at })),
    ...[999_999, -1, "7", {}].map((code) => ({ code })),
  ];
  for (const [index, fields] of strange.entries()) {
    const report = {
      ...REPORT,
      recipient: `4670000010${index}`,
      batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBQ",
      client_reference: `~${sendId}`,
      ...fields,
    };
    expect(await post(JSON.stringify(report))).toBe(200);
  }
  const place = { prefix, region: "us" };
  const facts = { accepted: strange.length, expiresAt: new Date(Date.now() + 60_000), now: new Date() };
  expect(deliveryOf(await readTally(redis, place, sendId), facts)).toMatchObject({ delivered: 7, unknown: 6, open: 0 });
  const { deliveries } = await readDeliveries(redis, { place, names: [sendId], from: null, limit: 100 });
  expect(deliveries).toHaveLength(strange.length);
});

const KINDS = ["recipient_delivery_report_sms", "delivery_report_mms", "mo_text", "mo_binary", "mo_media"];
const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "constructor",
    "__proto__",
    "toString",
    "Delivered",
    "Queued",
    "delivered ",
    "last_at",
    "#x",
    "~4~0~",
  ),
  fc.constantFrom<unknown>(
    "9999-12-31T23:59:59.999Z",
    "0000-01-01T00:00:00.000Z",
    "+275760-09-13T00:00:00.000Z",
    "46700000001",
  ),
  fc.constantFrom<unknown>(Number.MAX_SAFE_INTEGER, -1, 0.5, 1e308, 401, null, true, BATCH_ID, SEND, `~${SEND}`),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const names = [
  ...Object.keys(REPORT),
  "id",
  "from",
  "to",
  "body",
  "statuses",
  "count",
  "recipients",
  "received_at",
  "__proto__",
];
const anybody = fc.constantFrom(...Array.from({ length: 5 }, (_, index) => `4670000001${index}`));
/** A callback of a known kind that may be right but for some of its fields. */
const almost = fc
  .tuple(
    fc.constantFrom(...KINDS),
    anybody,
    fc.dictionary(fc.constantFrom(...names), hostile, { maxKeys: 3, noNullPrototype: true }),
  )
  .map(([type, recipient, fields]) => ({ ...REPORT, id: "01J", type, recipient, ...fields }));

test("whatever comes is answered with 200 or 400, and what is kept of it can be read and adds up", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(almost, fc.jsonValue()), { minLength: 1, maxLength: 20 }), async (values) => {
      const statuses = await Promise.all(values.map(async (value) => post(JSON.stringify(value) ?? "null")));
      expect(statuses.filter((status) => status !== 200 && status !== 400)).toEqual([]);
      const known = values.map((value) => KINDS.includes(String((value as { type?: unknown } | null)?.type)));
      expect(statuses.filter((status, index) => status !== 200 && !known[index])).toEqual([]);
    }),
    { numRuns: 60 },
  );
  for (let cursor = FIRST_EVENTS, more = true; more;) {
    const page = await readEvents(redis, prefix, { cursor, limit: 1_000 });
    for (const { id, at } of page.events)
      expect([id, new Date(at).getTime()]).toEqual([expect.stringMatching(/^evt_/), expect.any(Number)]);
    more = page.events.length > 0;
    ({ cursor } = page);
  }
  const place = { prefix, region: "us" };
  const tally = await readTally(redis, place, SEND);
  const heard = tally.states.reduce((sum, { count }) => sum + count, 0);
  const { deliveries } = await readDeliveries(redis, { place, names: [SEND], from: null, limit: 10_000 });
  const { delivered, unknown, open, ...others } = deliveryOf(tally, {
    accepted: heard,
    expiresAt: new Date(),
    now: new Date(),
  });
  const ends = [
    delivered,
    unknown,
    open,
    others.failed,
    others.expired,
    others.rejected,
    others.deleted,
    others.aborted,
    others.canceled,
  ];
  expect(ends.reduce((sum, count) => sum + count, 0)).toBe(heard);
  expect(deliveries.every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true);
}, 120_000);

test("after all of that it has said nothing of anybody, and ends as it should", async () => {
  expect((await fetch(`${webhooks.url}/livez`)).status).toBe(200);
  expect(await webhooks.stop()).toBe(0);
  expect(webhooks.output()).not.toMatch(/an answer failed|could not be written|467000|mo_hologram/);
});
