import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ROUTES } from "../apps/api/src/serve/routes.ts";
import type { Route } from "../apps/api/src/terms/route.ts";
import { type ApiRig, startApiRig } from "./api-rig.ts";

const RUNS_PER_ROUTE = 15;

let rig: ApiRig;
let key: string;
let id: string;

beforeAll(async () => {
  rig = await startApiRig();
  key = await rig.key();
  const send = { from: "Volley", to: ["46701234567"], body: "Hi" };
  ({ id } = await rig.producer.enqueue(send, { region: "eu", idempotencyKey: "hostile" }));
});

afterAll(async () => {
  await rig.stop();
});

/** Streams do not end. */
const ENDING = ROUTES.filter(({ answers }) => !("text/event-stream" in (answers[200]?.content ?? {})));

const SEGMENT = fc
  .oneof(
    fc.constantFrom(
      "46701234567",
      "eu",
      "auto-0123456789abcdefghjk",
      "eu-0123456789abcdefghjk",
      "key_0",
      "\0",
      "é\u202e",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
  )
  .filter((segment) => !/^\.+$/.test(segment));

const QUERY = fc.dictionary(
  fc.constantFrom("region", "eta", "limit", "cursor", "wait_ms", "since", "types", "to", "no_such", "__proto__"),
  fc.oneof(
    fc.constantFrom("", "0", "-1", "1e9", "true", "eu", "[]", "null"),
    fc.string({ unit: "grapheme", maxLength: 50 }),
  ),
  { maxKeys: 3 },
);

const TYPES = [
  undefined,
  "application/json",
  "text/plain",
  "text/csv",
  "application/x-ndjson",
  "multipart/form-data",
  "/",
  "a/b;c",
];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Nearly what a route takes, or nothing like it. */
function bodyOf({ body }: Route): fc.Arbitrary<string> {
  const example: object = Object(body?.example);
  const changed = fc
    .tuple(fc.constantFrom(...Object.keys(example), "no_such"), fc.jsonValue({ maxDepth: 3 }))
    .map(([field, value]) => JSON.stringify({ ...example, [field]: value }));
  return fc.oneof(
    changed,
    fc.json({ maxDepth: 4 }),
    fc.string({ maxLength: 100 }),
    fc.constant('{"__proto__":{"a":1}}'),
  );
}

function requestTo(route: Route) {
  return fc.record({
    method: fc.oneof(
      { weight: 5, arbitrary: fc.constant(route.method) },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
    ),
    segment: SEGMENT,
    query: QUERY,
    type: fc.oneof({ weight: 3, arbitrary: fc.constant("application/json") }, fc.constantFrom(...TYPES)),
    header: fc.string({ maxLength: 80 }).map((text) => text.trim()),
    body: bodyOf(route),
  });
}

it.each(ENDING)(
  "$method $path answers whatever comes as the document says, and never with a trouble of its own",
  async (route) => {
    await fc.assert(
      fc.asyncProperty(requestTo(route), async ({ method, segment, query, type, header, body }) => {
        const path = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(segment));
        const url = `${path}?${new URLSearchParams(query).toString()}`;
        const headers = {
          "idempotency-key": header,
          "request-id": header,
          ...(type !== undefined && { "content-type": type }),
        };
        const hasBody = method !== "GET" && method !== "OPTIONS";
        const { status, body: answer } = await rig.ask(method, url, { key, headers, ...(hasBody && { body }) });
        const troubles = rig.lines.slice(-3).filter((line) => line.includes("a request failed"));
        expect({ status, answer, troubles }).toEqual({ status: Math.min(status, 499), answer, troubles: [] });
        expect(JSON.stringify(rig.lines.slice(-3))).not.toContain("46701234567");
      }),
      { numRuns: RUNS_PER_ROUTE, endOnFailure: true },
    );
  },
);

/** @returns what comes back for bytes on a connection, once it is ended or has been still */
async function exchange(
  bytes: string,
): Promise<{ readonly status: number; readonly code: unknown; readonly head: string }> {
  const { hostname, port } = new URL(rig.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  const ended = new Promise<void>((resolve) => {
    socket.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
      if (/\r\n\r\n.*\}$/s.test(answer)) socket.destroy();
    });
    socket.once("close", () => resolve()).once("error", () => {});
  });
  socket.setTimeout(5_000, () => socket.destroy());
  socket.write(bytes);
  await ended;
  const [head = "", body = "{}"] = answer.split("\r\n\r\n");
  const { code, request_id: requestId } = JSON.parse(body) as Record<string, unknown>;
  expect(head).toMatch(new RegExp(`^request-id: ${String(requestId)}$`, "im"));
  expect(head).toMatch(/^content-type: application\/problem\+json$/im);
  return { status: Number(head.split(" ")[1]), code, head };
}

function http(line: string, headers: readonly string[] = [], body = ""): string {
  return `${[line, "Host: a", `Authorization: Bearer ${key}`, ...headers].join("\r\n")}\r\n\r\n${body}`;
}

describe("bytes that are no request, or none that is taken", () => {
  it.each<[string, () => string, number, string]>([
    ["no HTTP", () => "hello\r\n\r\n", 400, "malformed_request"],
    ["a method that there is not", () => http("FLY /v1/sends/x HTTP/1.1"), 400, "malformed_request"],
    ["a URL that cannot be read", () => http("GET /v1/sends/%E0%A4 HTTP/1.1"), 400, "malformed_request"],
    [
      "an ID of 10,000 characters",
      () => http(`GET /v1/sends/${"x".repeat(10_000)} HTTP/1.1`),
      400,
      "malformed_request",
    ],
    [
      "headers of 64 KiB",
      () => http("GET /v1/sends/x HTTP/1.1", [`X: ${"x".repeat(65_536)}`]),
      431,
      "headers_too_large",
    ],
    ["no host", () => http("GET /v1/sends/x HTTP/1.1").replace("Host: a\r\n", ""), 400, "malformed_request"],
    ["another expectation", () => http("GET /v1/x HTTP/1.1", ["Expect: foo"]), 404, "not_found"],
    [
      "a length that is none",
      () => http("POST /v1/sends/x/retry HTTP/1.1", ["Content-Length: x"]),
      400,
      "malformed_request",
    ],
    [
      "chunks that are none",
      () =>
        http(
          "POST /v1/sends/x/retry HTTP/1.1",
          ["Content-Type: application/json", "Transfer-Encoding: chunked"],
          "zz\r\n",
        ),
      400,
      "malformed_request",
    ],
    [
      "another type",
      () => http("POST /v1/sends/x/retry HTTP/1.1", ["Content-Type: text/xml", "Content-Length: 2"], "{}"),
      415,
      "unsupported_media_type",
    ],
    [
      "a body that is too large",
      () => http("POST /v1/sends/x/retry HTTP/1.1", ["Content-Type: application/json", "Content-Length: 9999999"], "{"),
      413,
      "body_too_large",
    ],
    [
      "JSON that is none",
      () => http("POST /v1/sends/x/retry HTTP/1.1", ["Content-Type: application/json", "Content-Length: 1"], "{"),
      400,
      "malformed_json",
    ],
    [
      "no key",
      () => "POST /v1/sends/x/retry HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n",
      401,
      "key_missing",
    ],
  ])("%s", async (_, bytes, status, code) => {
    const answer = await exchange(bytes());
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.head).not.toContain(key);
  });

  it("names the methods that a path takes", async () => {
    const { status, head } = await exchange(http(`PUT /v1/sends/${id} HTTP/1.1`));
    expect([status, /^allow: (.*)$/im.exec(head)?.[1]]).toEqual([405, "GET, HEAD, DELETE"]);
  });

  it("takes JSON's type without a body where none is needed, and refuses a field that there is not by name", async () => {
    const json = { "content-type": "application/json" };
    const empty = await rig.ask("POST", `/v1/sends/${id}/retry`, { key, headers: json });
    expect(empty.body).toMatchObject({ code: "VOLLEY_SEND_NOT_SETTLED" });
    const list = await rig.ask("POST", `/v1/sends/${id}/resolve`, {
      key,
      headers: { "content-type": "text/csv" },
      body: "a",
    });
    expect([list.status, list.body?.["code"]]).toEqual([415, "unsupported_media_type"]);
    const wrong = await rig.ask("POST", `/v1/sends/${id}/resolve`, {
      key,
      body: { decision: "46701234567", changes: { "46701234567": 1 } },
    });
    expect(wrong.body).toMatchObject({
      code: "invalid_request",
      problems: [
        { pointer: "/decision", in: "body", detail: 'expected "sent" or "not_sent", got 11 characters' },
        { pointer: "/changes/(11 characters)", in: "body", detail: "unknown field" },
      ],
    });
  });
});
