import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createProducer, type Producer } from "@volley/producer";
import { createLogger } from "@volley/runtime";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { readApiConfig } from "../config.ts";
import { startApi } from "./start-api.ts";

const prefix = ownPrefix();
const lines: string[] = [];
let api: Awaited<ReturnType<typeof startApi>>;
let producer: Producer;
let key: string;
let id: string;

beforeAll(async () => {
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const address = { VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0" };
  const config = readApiConfig({ REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix, ...address });
  api = await startApi(config, log);
  producer = createProducer({ redis: testRedisUrl(), prefix });
  ({ key } = await producer.keys.create({ name: "shop", scopes: ["sends:read"] }));
  const send = { from: "Volley", to: ["46701234567"], body: "Hi" };
  ({ id } = await producer.enqueue(send, { region: "eu", idempotencyKey: "1" }));
});

afterAll(async () => {
  await producer.close();
  await api.stop(new AbortController().signal);
  await dropPrefix(prefix);
});

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${api.url}${path}`, init);
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

async function askWith(secret: string, path: string, method = "GET") {
  return ask(path, { method, headers: { authorization: `Bearer ${secret}`, "request-id": "shop:17" } });
}

test("answers with the status of a send, as the producer does", async () => {
  const { status, headers, body } = await askWith(key, `/v1/sends/${id}`);
  expect([status, headers.get("request-id")]).toEqual([200, "shop:17"]);
  expect(body).toEqual(await producer.status(id));
});

test("lists sends as the producer does, and to a key for some regions or senders those alone", async () => {
  const both = { from: "Shop", to: ["46701234567"], body: "Hi", label: "sale" };
  const us = await producer.enqueue(both, { region: "us", idempotencyKey: "1" });
  const all = await askWith(key, "/v1/sends?limit=1");
  expect([all.status, all.body]).toEqual([200, await producer.list({ limit: 1 })]);
  const next = await askWith(key, `/v1/sends?cursor=${String(all.body["cursor"])}&state=queued`);
  expect(next.body["sends"]).toEqual([expect.objectContaining({ id, state: "queued" })]);
  const listed = async (limits: object, query = ""): Promise<unknown> => {
    const limited = await producer.keys.create({ name: "some", scopes: ["sends:read"], ...limits });
    const { body } = await askWith(limited.key, `/v1/sends${query}`);
    return body["code"] ?? (body["sends"] as { id: string }[]).map((send) => send.id);
  };
  expect(await listed({ regions: ["us"] })).toEqual([us.id]);
  expect(await listed({ senders: ["Volley"] }, "?region=eu")).toEqual([id]);
  expect(await listed({}, "?label=sale")).toEqual([us.id]);
  expect(await listed({ regions: ["us"] }, "?region=eu")).toBe("region_not_allowed");
  expect(await listed({ senders: ["Volley"] }, "?from=Shop")).toBe("sender_not_allowed");
  expect((await askWith(key, "/v1/sends?since=yesterday&state=gone")).body["problems"]).toHaveLength(2);
});

test("answers what is wrong as problem details, with every mistake by its place", async () => {
  const { status, headers, body } = await askWith(key, `/v1/sends/${id}?eta=maybe&regoin=eu`);
  expect([status, headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  expect(body).toEqual({
    type: "urn:volley:problem:invalid_request",
    title: "Something in the request is wrong",
    status: 400,
    detail: 'eta: expected "true" or "false", got 5 characters, and 1 more',
    code: "invalid_request",
    request_id: "shop:17",
    problems: [
      { pointer: "/eta", in: "query", detail: 'expected "true" or "false", got 5 characters' },
      { pointer: "/regoin", in: "query", detail: "unknown parameter, did you mean region?" },
    ],
  });
});

test.each([
  ["another send's ID", "GET", "/v1/sends/eu-0123456789abcdefghjk", 404, "VOLLEY_UNKNOWN_SEND"],
  ["an ID of no region", "GET", "/v1/sends/17", 400, "VOLLEY_INVALID_REGION"],
  ["a URL that is none", "GET", "/v1/sends/%zz", 400, "malformed_request"],
  ["another path", "GET", "/v1/nothing", 404, "not_found"],
  ["another method", "PATCH", "/v1/sends/17", 405, "method_not_allowed"],
])("refuses %s", async (_, method, path, status, code) => {
  const answer = await askWith(key, path, method);
  expect([answer.status, answer.body["code"]]).toEqual([status, code]);
});

test("lets in nobody without a key, nor with one that there is not, and logs none", async () => {
  const none = await ask(`/v1/sends/${id}`);
  expect([none.status, none.body["code"]]).toEqual([401, "key_missing"]);
  expect(none.headers.get("www-authenticate")).toBe('Bearer realm="Volley"');
  const wrong = `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;
  const other = await askWith(wrong, `/v1/sends/${id}`);
  expect([other.status, other.body["code"]]).toEqual([401, "key_unknown"]);
  const log = lines.join("");
  expect(log).toContain('"requestId":"shop:17"');
  expect(log).not.toContain(key.slice("vk_".length, -1));
});

test("says what there is to everybody", async () => {
  const { status, body } = await ask("/openapi.json");
  expect([status, body["openapi"]]).toEqual([200, "3.1.1"]);
  expect(body["paths"]).toMatchObject({ "/v1/sends/{id}": { get: { operationId: "getSend" } } });
});

test("ends a key that was revoked within seconds, and takes a new one at once", async () => {
  const { key: other, record } = await producer.keys.create({ name: "other", scopes: ["sends:read"] });
  expect((await askWith(other, `/v1/sends/${id}`)).status).toBe(200);
  await producer.keys.revoke(record.id);
  const end = Date.now() + 10_000;
  let answer = await askWith(other, `/v1/sends/${id}`);
  while (answer.status === 200 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await askWith(other, `/v1/sends/${id}`);
  }
  expect([answer.status, answer.body["code"]]).toEqual([401, "key_revoked"]);
});

test("asks to come again while Redis is away, also whoever has a good key", async () => {
  const log = createLogger({ name: "test", level: "silent" });
  const away = { REDIS_URL: "redis://127.0.0.1:1", VOLLEY_HTTP_HOST: "127.0.0.1", VOLLEY_HTTP_PORT: "0" };
  const alone = await startApi(readApiConfig(away), log);
  const response = await fetch(`${alone.url}/v1/sends/${id}`, { headers: { authorization: `Bearer ${key}` } });
  const body: unknown = await response.json();
  await alone.stop(new AbortController().signal);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(body).toMatchObject({ code: "VOLLEY_REDIS_UNAVAILABLE" });
});

test("ends connections that drip without a key, of whom one was answered and one has asked nothing yet, when it stops", async () => {
  const other = await startApi(
    readApiConfig({
      REDIS_URL: testRedisUrl(),
      VOLLEY_PREFIX: prefix,
      VOLLEY_HTTP_HOST: "127.0.0.1",
      VOLLEY_HTTP_PORT: "0",
    }),
    createLogger({ name: "test", level: "fatal" }),
  );
  const drip = (head: string) => {
    const socket = connect(other.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes.toString()));
    socket.on("error", () => {});
    socket.write(head);
    const timer = setInterval(() => socket.write("x"), 50);
    socket.once("close", () => clearInterval(timer));
    return { socket, answer: () => answer };
  };
  const sockets = [
    drip("POST /v1/sends HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\n"),
    drip("GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: "),
  ];
  try {
    for (let at = 0; at < 100 && !sockets[0]?.answer().includes("key_missing"); at += 1) await pause(20);
    expect(sockets[0]?.answer()).toMatch(/^HTTP\/1.1 401 [\s\S]*\r\nconnection: close\r\n[\s\S]*key_missing/i);
    const stopped = other.stop(new AbortController().signal).then(() => "stopped");
    expect(await Promise.race([stopped, pause(4_000, "goes on")])).toBe("stopped");
  } finally {
    for (const { socket } of sockets) socket.destroy();
  }
});

test("answers before the body is there, and ends the connection when it has come", async () => {
  const socket = connect(api.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (bytes) => (answer += bytes.toString()));
  const ended = new Promise<string>(
    (resolve) => void socket.once("close", (hadError) => resolve(hadError ? "reset" : "ended")),
  );
  socket.write("POST /v1/sends HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 300000\r\n\r\n");
  for (let at = 0; at < 3; at += 1) {
    await pause(30);
    socket.write("x".repeat(100_000));
  }
  expect([await ended, answer.slice(0, 12)]).toEqual(["ended", "HTTP/1.1 401"]);
});
