import type { RequestListener } from "node:http";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startLocalServer, startLocalTlsServer, startSocketServer } from "../../test/local-server.ts";
import { createSinchClient } from "./sinch-client.ts";

const TOKEN = "tok-secret-123";
const RECIPIENT = "46709876543";
const TEXT = "Dear Ann";
const batch = { to: [RECIPIENT], client_reference: "spring~eu-1", from: "12015550123", body: TEXT };

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function http(answer: RequestListener): Promise<string> {
  const server = await startLocalServer(answer);
  opened.push(server);
  return server.baseUrl;
}

function echoing(status: number): () => Promise<string> {
  return () =>
    http((_, response) => response.writeHead(status).end(JSON.stringify({ echo: [TOKEN, RECIPIENT, TEXT] })));
}

const places: [string, () => Promise<string>][] = [
  ["nobody listens", async () => "http://127.0.0.1:1"],
  ["nobody has the name", async () => "http://nowhere.invalid"],
  ["a certificate that nobody signed", async () => tls()],
  ["a server that says nothing", () => http(() => {})],
  ["a server that resets", () => http((request) => request.socket.resetAndDestroy())],
  ["an answer that is not HTTP", async () => sockets(`${TOKEN} ${RECIPIENT} ${TEXT}\r\n`)],
  [
    "an answer that is cut off",
    async () => sockets(`HTTP/1.1 201 OK\r\nContent-Length: 99\r\n\r\n${RECIPIENT} ${TEXT}`),
  ],
  ["broken compression", () => http((_, response) => response.writeHead(201, { "content-encoding": "br" }).end(TEXT))],
  ["a redirect", () => http((_, response) => response.writeHead(307, { location: `/${RECIPIENT}` }).end())],
  ...[201, 200, 301, 400, 401, 403, 404, 429, 500, 502, 503].map((status): [string, () => Promise<string>] => [
    `an echo under the status ${status}`,
    echoing(status),
  ]),
  ["a code that is a sentence", () => http((_, response) => response.writeHead(400).end(`{"code":"${RECIPIENT}"}`))],
];

describe("no outcome holds the token, a recipient or the text, and no call rejects", () => {
  test.each(places)("%s", async (_, place) => {
    const baseUrl = await place();
    const client = createSinchClient({ baseUrl, servicePlanId: "plan", apiToken: TOKEN, timeoutMs: 400 });
    opened.push(client);
    const outcomes = [await client.sendBatch(batch), await client.findBatch("spring~eu-1", new Date(0))];
    const cancellation = await client.cancelBatch("01HEAWCHESCXG8SDG5R10VF8E1");
    expect(outcomes.map(({ kind }) => kind)).not.toContain("accepted");
    const all = [...outcomes, cancellation];
    for (const said of [JSON.stringify(all), inspect(all, { depth: 10, showHidden: true })]) {
      expect(said).not.toContain(TOKEN);
      expect(said).not.toContain(RECIPIENT);
      expect(said).not.toContain(TEXT);
    }
  });

  test("but for the provider's own text, which belongs in results", async () => {
    const text = `value '${RECIPIENT}' is not a valid MSISDN`;
    const baseUrl = await http((_, response) => response.writeHead(400).end(JSON.stringify({ code: "x", text })));
    const client = createSinchClient({ baseUrl, servicePlanId: "plan", apiToken: TOKEN });
    opened.push(client);
    expect(await client.sendBatch(batch)).toEqual({ kind: "rejected", status: 400, code: "x", text });
  });

  test("nor does a call reject for a token that HTTP does not allow", async () => {
    const baseUrl = await http((_, response) => response.end());
    const client = createSinchClient({ baseUrl, servicePlanId: "plan", apiToken: `${TOKEN}\n` });
    opened.push(client);
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({ kind: "unavailable", code: "connect_failed", mayBeAccepted: false });
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  });
});

async function tls(): Promise<string> {
  const server = await startLocalTlsServer((_, response) => response.end());
  opened.push(server);
  return server.baseUrl;
}

async function sockets(answer: string): Promise<string> {
  const server = await startSocketServer((socket) => socket.once("data", () => socket.end(answer)));
  opened.push(server);
  return `http://127.0.0.1:${server.port}`;
}
