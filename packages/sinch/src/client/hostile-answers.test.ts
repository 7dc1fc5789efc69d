import type { RequestListener } from "node:http";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { EVERY_CALL, RECIPIENT, TEXT } from "../../test/every-call.ts";
import { startLocalServer, startSocketServer } from "../../test/local-server.ts";
import { giveToken } from "../../test/project-server.ts";
import type { Authentication } from "../authentication/authentication.ts";
import type { HttpClient } from "./sinch-client-options.ts";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";

const TOKEN = "tok-secret-123";
const ELSEWHERE_PATH = "/elsewhere";
const OTHER_PROTOCOL = "HTTP/1.1 101 Other\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

type Place = { readonly baseUrl: string; readonly requests: () => readonly { readonly url: string }[] };

async function http(answer: RequestListener): Promise<Place> {
  const server = await startLocalServer(answer);
  opened.push(server);
  return { baseUrl: server.baseUrl, requests: () => server.requests };
}

async function raw(answer: string): Promise<Place> {
  const server = await startSocketServer((socket) => socket.once("data", () => socket.end(answer)));
  opened.push(server);
  return { baseUrl: `http://127.0.0.1:${server.port}`, requests: () => [] };
}

/** Answers, and keeps the connection. */
async function rawAndStay(answer: string): Promise<Place> {
  const server = await startSocketServer((socket) => socket.once("data", () => socket.write(answer)));
  opened.push(server);
  return { baseUrl: `http://127.0.0.1:${server.port}`, requests: () => [] };
}

/** Says again and again that the answer is still to come. */
async function promising(): Promise<Place> {
  const server = await startSocketServer((socket) => {
    const promise = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 10);
    socket.once("close", () => clearInterval(promise));
  });
  opened.push(server);
  return { baseUrl: `http://127.0.0.1:${server.port}`, requests: () => [] };
}

function answering(status: number, body: unknown, headers: Record<string, string> = {}): () => Promise<Place> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return async () => http((_, response) => response.writeHead(status, headers).end(text));
}

/** Answers byte by byte from the very first one, so that not even the head comes to its end. */
async function trickling(): Promise<Place> {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  const server = await startSocketServer((socket) => {
    let at = 0;
    const drip = setInterval(() => socket.write(answer.slice(at, (at += 1))), 300);
    socket.once("close", () => clearInterval(drip));
  });
  opened.push(server);
  return { baseUrl: `http://127.0.0.1:${server.port}`, requests: () => [] };
}

/** Writes something again and again until the client leaves. */
function dripping(what: string, everyMs: number): () => Promise<Place> {
  return async () =>
    http((_, response) => {
      response.writeHead(200);
      response.write("{");
      const drip = setInterval(() => response.write(what), everyMs);
      response.on("close", () => clearInterval(drip));
    });
}

/** [what the server does, the server, the kind, the code] */
const PLACES: readonly [string, () => Promise<Place>, string, string][] = [
  ["code and text", answering(400, { code: "syntax_invalid_json", text: "why" }), "rejected", "syntax_invalid_json"],
  ["a code of tomorrow", answering(403, { code: "out_of_unicorns", text: "why" }), "rejected", "out_of_unicorns"],
  ["a blocked account", answering(403, { code: "blocked_account", text: "why" }), "unauthorized", "blocked_account"],
  ["a firewall's page", answering(403, "<html>Access denied</html>"), "unauthorized", "http_403"],
  ["a bill", answering(402, { message: "Payment required" }), "unauthorized", "http_402"],
  [
    "Spring's default",
    answering(400, { timestamp: "x", status: 400, error: "Bad", path: "/" }),
    "rejected",
    "http_400",
  ],
  [
    "an error object",
    answering(400, { error: { code: 400, message: "why", status: "INVALID_ARGUMENT", details: [] } }),
    "rejected",
    "INVALID_ARGUMENT",
  ],
  [
    "problem+json",
    answering(401, { type: "https://example.com/access-token-bad", title: "no", detail: "why" }),
    "unauthorized",
    "access-token-bad",
  ],
  ["description in place of text", answering(403, { code: "x", description: "why" }), "rejected", "x"],
  ["a code and a text that are none", answering(400, { code: { deep: [] }, text: 42 }), "rejected", "http_400"],
  ["a code without end", answering(400, { code: "x".repeat(100_000), text: "why" }), "rejected", "http_400"],
  ["a list in place of an error", answering(400, []), "rejected", "http_400"],
  ["half an error", answering(400, '{"code": "syntax_inva'), "rejected", "http_400"],
  ["an empty object", answering(401, {}), "unauthorized", "http_401"],
  ["nothing at all", answering(429, ""), "throttled", "http_429"],
  ["HTML", answering(502, "<html>Bad Gateway</html>"), "unknown", "http_502"],
  ["a page that shows the request's head", echoing(500), "unavailable", "http_500"],
  ["a refusal that shows the request's head", echoing(400), "rejected", "http_400"],
  ["a success that is HTML", answering(200, "<html></html>"), "unknown", "no_"],
  ["a success that is empty", answering(200, ""), "unknown", "no_"],
  ["a success that is null", answering(200, "null"), "unknown", "no_"],
  ["a success of another form", answering(200, '{"fault": {}}'), "unknown", "no_"],
  ["a success that is no JSON to its end", answering(200, '{"id": "01HE'), "unknown", "no_"],
  [
    "half an answer",
    async () => raw('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id":"a"}'),
    "unknown",
    "connection_lost",
  ],
  ["an answer that is not HTTP", async () => raw(`${TOKEN} ${RECIPIENT}\r\n`), "unknown", "connection_lost"],
  ["a head without end", async () => raw(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(99_999)}`), "unknown", "connection_lost"],
  ["one byte now and then", dripping(" ", 300), "unknown", "timeout"],
  ["a head of one byte now and then", trickling, "unknown", "timeout"],
  ["compression that is none", answering(200, "{}", { "content-encoding": "gzip" }), "unknown", "connection_lost"],
  ["a body without end", dripping(" ".repeat(65_536), 1), "unknown", "answer_too_large"],
  ["no answer", async () => http(() => {}), "unknown", "timeout"],
  ["another protocol", async () => rawAndStay(OTHER_PROTOCOL), "unknown", "connection_lost"],
  ["another protocol and its words", async () => rawAndStay(`${OTHER_PROTOCOL}${TOKEN}`), "unknown", "connection_lost"],
  ["another protocol and a farewell", async () => raw(OTHER_PROTOCOL), "unknown", "connection_lost"],
  ["another protocol without its name", async () => raw("HTTP/1.1 101 Other\r\n\r\n"), "unknown", ""],
  [
    "another protocol in the middle of a body",
    async () => rawAndStay(`HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"id"${OTHER_PROTOCOL}`),
    "unknown",
    "timeout",
  ],
  [
    "another protocol between two pieces of a body",
    async () => rawAndStay(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n${OTHER_PROTOCOL}`),
    "unknown",
    "connection_lost",
  ],
  [
    "another protocol right after an answer",
    async () => rawAndStay(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${OTHER_PROTOCOL}`),
    "unknown",
    "",
  ],
  [
    "another answer right after an answer",
    async () => rawAndStay('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"id":"a"}'.repeat(2)),
    "unknown",
    "connection_lost",
  ],
  [
    "the wish for another protocol",
    async () => rawAndStay(OTHER_PROTOCOL.replace("101 Other", "426 Required\r\nContent-Length: 0")),
    "rejected",
    "http_426",
  ],
  ["199 and nothing else", async () => rawAndStay("HTTP/1.1 199 Wait\r\n\r\n"), "unknown", "timeout"],
  ...[100, 103, 199].flatMap((status): [string, () => Promise<Place>, string, string][] => [
    [`${status} and a farewell`, async () => raw(`HTTP/1.1 ${status} Wait\r\n\r\n`), "unknown", "connection_lost"],
    [
      `${status} and an answer`,
      async () => rawAndStay(`HTTP/1.1 ${status} Wait\r\n\r\nHTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n`),
      "unauthorized",
      "http_403",
    ],
  ]),
  ["promises without end", promising, "unknown", "timeout"],
  ["a redirect", redirecting(302), "unavailable", "http_302"],
  ["a redirect that keeps the method", redirecting(307), "unavailable", "http_307"],
  ["nobody", async () => ({ baseUrl: "http://127.0.0.1:1", requests: () => [] }), "unavailable", "connect_failed"],
];

/** Calls that expect nothing of a body, and those for whom a bare `null` of a list is none. */
const CONTENT_WITH_ANYTHING = new Set(["cancelBatch", "batches.deliveryFeedback", "groups.delete"]);

const PLAN = { kind: "plan", servicePlanId: "plan", apiToken: TOKEN } as const;

/** A project whose token host is well. */
async function project(): Promise<Authentication> {
  const server = await startLocalServer((_, response) => giveToken(response, TOKEN));
  opened.push(server);
  return { kind: "project", projectId: "project", keyId: "id", keySecret: "key", authUrl: server.baseUrl };
}

describe.each<[string, HttpClient, () => Promise<Authentication>]>([
  ["plan", "got", async () => PLAN],
  ["plan", "node", async () => PLAN],
  ["project", "got", project],
])("every call of a %s over %s ends with a failure of its type, in time, and without a secret", (...those) => {
  const [, httpClient, authenticate] = those;
  test.each(PLACES)("%s", async (__, start, kind, code) => {
    const { baseUrl, requests } = await start();
    const client: SinchClient = createSinchClient({
      baseUrl,
      auth: await authenticate(),
      httpClient,
      timeoutMs: code === "timeout" ? 700 : 20_000,
      // All calls at once share the time: what counts is that there is a limit.
      maxAnswerBytes: 200_000,
    });
    opened.push(client);
    const outcomes = await Promise.all(EVERY_CALL.map(async ({ name, run }) => ({ name, outcome: await run(client) })));
    for (const { name, outcome } of outcomes) {
      const failure = outcome && "failure" in outcome ? outcome.failure : outcome;
      if (code === "no_" && CONTENT_WITH_ANYTHING.has(name)) continue;
      expect({ name, ...Object(failure) }).toMatchObject({ name, kind, code: expect.stringMatching(`^${code}`) });
    }
    for (const said of [JSON.stringify(outcomes), inspect(outcomes, { depth: 10, showHidden: true })]) {
      expect(said).not.toContain(TOKEN);
      expect(said).not.toContain(TEXT);
      expect(said).not.toContain(RECIPIENT);
    }
    expect(requests().filter(({ url }) => url === ELSEWHERE_PATH)).toEqual([]);
  });
});

/** What a proxy in between may do when it has trouble: show what it was sent. */
function echoing(status: number): () => Promise<Place> {
  return async () =>
    http((request, response) => {
      response.writeHead(status).end(`<html>${request.method}: authorization: ${request.headers.authorization}</html>`);
    });
}

function redirecting(status: number): () => Promise<Place> {
  return async () => http((_, response) => response.writeHead(status, { location: ELSEWHERE_PATH }).end());
}
