import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProducer, type KeyOptions, type Producer } from "@volley/producer";
import { createLogger } from "@volley/runtime";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { readApiConfig } from "../config.ts";
import { startApi } from "../serve/start-api.ts";

const prefix = ownPrefix();
const lines: string[] = [];
let api: Awaited<ReturnType<typeof startApi>>;
let producer: Producer;
let key: string;

beforeAll(async () => {
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const address = { VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0" };
  api = await startApi(readApiConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix, ...address }), log);
  producer = createProducer({ redis: testRedisUrl(), prefix });
  key = await newKey();
});

afterAll(async () => {
  await producer.close();
  await api.stop(new AbortController().signal);
  await dropPrefix(prefix);
});

async function newKey(options: Partial<KeyOptions> = {}): Promise<string> {
  return (await producer.keys.create({ name: "shop", scopes: ["sends:write"], ...options })).key;
}

type Asked = {
  readonly as?: string;
  readonly type?: string;
  readonly idempotencyKey?: string;
  readonly query?: string;
};

async function post(
  body: string,
  { as = key, type = "application/json", idempotencyKey, query = "" }: Asked = {},
  path = "/v1/sends",
) {
  const response = await fetch(`${api.url}${path}?force=true${query}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${as}`,
      "content-type": type,
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
    },
    body,
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answer };
}

const SEND = { region: "eu", from: "Volley", to: ["+46701234567", "nobody"], body: "Hi" };

const QUERY = "&region=eu&from=Volley&body=Hi%20%24%7Bname%7D";

const CSV = "phone,name\n+46701234567,Ann\nnobody,Bo\n\n+46701234568,Cy\n";

test("enqueues a send once per key, bare or in quotes, and tells what differs", async () => {
  const first = await post(JSON.stringify(SEND), { idempotencyKey: "spring" });
  expect(first.body).toMatchObject({
    region: "eu",
    alreadyEnqueued: false,
    recipients: { requested: 2, valid: 1, duplicate: 0, rejected: 1 },
  });
  expect([first.status, first.headers.get("location"), first.headers.get("idempotent-replayed")]).toEqual([
    202,
    `/v1/sends/${String(first.body["id"])}`,
    null,
  ]);
  const again = await post(JSON.stringify(SEND), { idempotencyKey: '"spring"' });
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
  expect(again.body).toMatchObject({ id: first.body["id"], alreadyEnqueued: true });
  const other = await post(JSON.stringify({ ...SEND, body: "Hello", from: "Other" }), { idempotencyKey: "spring" });
  expect([other.status, other.body["code"]]).toEqual([422, "VOLLEY_IDEMPOTENCY_CONFLICT"]);
  expect(other.body["problems"]).toMatchObject([{ pointer: "/body" }, { pointer: "/from" }]);
  expect(JSON.stringify(other.body)).not.toMatch(/Hello|Other/);
  const others = await post(JSON.stringify(SEND), { as: await newKey(), idempotencyKey: "spring" });
  expect(others.body).toMatchObject({ alreadyEnqueued: false });
});

test.each([
  ["no key", JSON.stringify(SEND), {}, 400, "idempotency_key_missing"],
  [
    "a key that is too long",
    JSON.stringify(SEND),
    { idempotencyKey: "k".repeat(256) },
    400,
    "VOLLEY_INVALID_IDEMPOTENCY_KEY",
  ],
  ["no region", JSON.stringify({ ...SEND, region: undefined }), { idempotencyKey: "a" }, 400, "invalid_request"],
  ["a wrong send", JSON.stringify({ ...SEND, body: 7 }), { idempotencyKey: "a" }, 400, "VOLLEY_INVALID_SEND"],
  [
    "a stage of somebody",
    JSON.stringify({ ...SEND, to: undefined, staged: { id: "x", recipients: 1 } }),
    { idempotencyKey: "a" },
    400,
    "VOLLEY_INVALID_SEND",
  ],
  [
    "a message in the query of JSON",
    JSON.stringify(SEND),
    { idempotencyKey: "a", query: "&body=Hi" },
    400,
    "invalid_request",
  ],
  [
    "a list without a region",
    CSV,
    { idempotencyKey: "a", type: "text/csv", query: "&body=Hi" },
    400,
    "invalid_request",
  ],
  [
    "a list without a body",
    CSV,
    { idempotencyKey: "a", type: "text/csv", query: "&region=eu" },
    400,
    "VOLLEY_INVALID_SEND",
  ],
  [
    "a list without a column",
    "phone\n+46701234567\n",
    { idempotencyKey: "a", type: "text/csv", query: QUERY },
    400,
    "invalid_list",
  ],
  [
    "a list of nobody",
    "phone,name\n",
    { idempotencyKey: "a", type: "text/csv", query: QUERY },
    400,
    "VOLLEY_INVALID_SEND",
  ],
  ["another type", CSV, { idempotencyKey: "a", type: "text/plain", query: QUERY }, 415, "unsupported_media_type"],
  [
    "routes that there are not",
    JSON.stringify({ ...SEND, region: "auto" }),
    { idempotencyKey: "a" },
    400,
    "VOLLEY_INVALID_REGION",
  ],
])("refuses %s", async (_, body, asked, status, code) => {
  const answer = await post(body, asked);
  expect([answer.status, answer.body["code"]]).toEqual([status, code]);
});

test("takes a CSV line by line, leaves wrong lines out by number, or refuses all of it", async () => {
  const csv = { type: "text/csv; charset=utf-8", idempotencyKey: "csv", query: QUERY };
  const refused = await post(CSV, { ...csv, query: `${QUERY}&invalid=refuse` });
  expect([refused.status, refused.body["code"]]).toEqual([422, "invalid_lines"]);
  expect(refused.body["problems"]).toMatchObject([{ line: 3, code: "invalid_msisdn" }]);
  const taken = await post(CSV, csv);
  expect(taken.body).toMatchObject({
    alreadyEnqueued: false,
    recipients: { requested: 3, valid: 2, rejected: 1 },
    rejectedLines: { count: 1, lines: [{ line: 3, reason: "invalid_msisdn" }] },
  });
  const again = await post(CSV, csv);
  expect(again.body).toMatchObject({ id: taken.body["id"], alreadyEnqueued: true });
});

const at = (line: number, words: string): object => {
  return { line, pointer: "", detail: expect.stringMatching(`^line ${line}: expected .*, got ${words}`) };
};

test("says of each wrong line of a CSV what is wrong with it, and never of a field that it does not have", async () => {
  const csv = { type: "text/csv", idempotencyKey: "cells", query: QUERY };
  const refused = await post("phone,name\n0701234567,Ann\n+46701234567,Bo,x\n+46701234568\n", csv);
  expect([refused.status, refused.body["code"]]).toEqual([400, "VOLLEY_INVALID_SEND"]);
  expect(refused.body["problems"]).toMatchObject([at(2, "a national one"), at(3, "more"), at(4, "too few")]);
});

test("says which entries of JSON are left out, and why, however often it is asked", async () => {
  const to = ["+46701234567", "hello", "+46701234568", "4.67E+10"];
  const send = {
    region: "eu",
    from: "Volley",
    to,
    body: "Hi ${name}!",
    parameters: { name: { "+46701234567": "Ann" } },
  };
  const rejectedAt = [
    { index: 1, reason: "invalid_msisdn" },
    { index: 2, reason: "missing_parameter" },
    { index: 3, reason: "shortened_msisdn" },
  ];
  for (const alreadyEnqueued of [false, true]) {
    const { body } = await post(JSON.stringify(send), { idempotencyKey: "left out" });
    expect(body).toMatchObject({ alreadyEnqueued, recipients: { valid: 1, rejected: 3 }, rejectedAt });
  }
});

test("takes JSON lines with values of their own", async () => {
  const list = '"+46701234567"\n{"to":"+46701234568","parameters":{"name":"Bo"}}\nnull\n';
  const asked = { type: "application/x-ndjson", idempotencyKey: "ndjson", query: QUERY };
  expect((await post(list, asked)).body).toMatchObject({
    recipients: { requested: 3, valid: 1, rejected: 2 },
    rejectedLines: {
      lines: [
        { line: 1, reason: "missing_parameter" },
        { line: 3, reason: "invalid_line" },
      ],
    },
  });
});

test("asks about people who got the same text, where that is wanted", async () => {
  const body = JSON.stringify({ ...SEND, body: "Once" });
  const asked = { query: "&duplicates_within=1h" };
  expect((await post(body, { ...asked, idempotencyKey: "once" })).status).toBe(202);
  const twice = await post(body, { ...asked, idempotencyKey: "twice" });
  expect([twice.status, twice.body["code"]]).toEqual([409, "VOLLEY_DUPLICATES"]);
  expect(twice.body["duplicates"]).toMatchObject({ found: 1, total: 1 });
  const sent = await post(body, { query: "&if_duplicates=send", idempotencyKey: "thrice" });
  expect(sent.body["duplicates"]).toMatchObject({ found: 1 });
});

test("is for the regions, senders and recipients of the key alone, and gives back who is not sent to", async () => {
  const own = await newKey({ regions: ["us"], senders: ["Volley"], perDay: 3 });
  const region = await post(JSON.stringify(SEND), { as: own, idempotencyKey: "a" });
  expect([region.status, region.body["code"]]).toEqual([403, "region_not_allowed"]);
  const sender = await post(JSON.stringify({ ...SEND, region: "us", from: "Other" }), { as: own, idempotencyKey: "a" });
  expect([sender.status, sender.body["code"]]).toEqual([403, "sender_not_allowed"]);
  const us = QUERY.replace("eu", "us");
  const csv = { as: own, type: "text/csv", query: us };
  expect((await post("phone,name\n+1201", { ...csv, query: `${us}&invalid=refuse`, idempotencyKey: "b" })).status).toBe(
    422,
  );
  // Two of three: one line is wrong, and one number stands there twice.
  const list = "phone,name\n+12015550123,Ann\n+12015550124,Bo\nnobody,\n+12015550123,Ann\n";
  expect((await post(list, { ...csv, idempotencyKey: "c" })).status).toBe(202);
  const over = await post(list, { ...csv, idempotencyKey: "d" });
  expect([over.status, over.body["code"]]).toEqual([429, "daily_limit_reached"]);
  expect((await post(list, { ...csv, idempotencyKey: "c" })).body).toMatchObject({ alreadyEnqueued: true });
  const one = JSON.stringify({ ...SEND, region: "us", to: ["+12015550125"] });
  expect((await post(one, { as: own, idempotencyKey: "e" })).status).toBe(202);
});

test("refuses a region that no worker has ever worked on, unless it is forced", async () => {
  const headers = { authorization: `Bearer ${key}`, "idempotency-key": "unserved", "content-type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify(SEND) };
  const response = await fetch(`${api.url}/v1/sends`, asked);
  expect([response.status, await response.json()]).toMatchObject([422, { code: "region_not_served" }]);
  // One that is there is answered as it was.
  await post(JSON.stringify(SEND), { idempotencyKey: "unserved" });
  expect((await fetch(`${api.url}/v1/sends`, asked)).status).toBe(202);
});

test("takes a key once, and not several of them for another one", async () => {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": ["a", "a"] };
  const asked = request(`${api.url}/v1/sends?force=true`, { method: "POST", headers });
  asked.end(JSON.stringify(SEND));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect([answer.statusCode, await json(answer)]).toMatchObject([
    400,
    { problems: [{ in: "header", pointer: "/Idempotency-Key", detail: "expected it once" }] },
  ]);
});

test("logs no key, recipient or text", () => {
  expect(lines.join("")).not.toMatch(/46701234567|Ann|vk_/);
  expect(lines.join("")).not.toContain('"level":50');
});
