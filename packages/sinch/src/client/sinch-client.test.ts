import { once } from "node:events";
import type { RequestListener } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type LocalServer, startLocalServer } from "../../test/local-server.ts";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";
import type { SinchConnectionOptions } from "./sinch-client-options.ts";

const now = new Date("2026-12-01T08:00:00Z");
const batch = { to: ["46701234567"], client_reference: "spring~eu-1", from: "12015550123", body: "Hi!", later: [1] };
const accepted = { id: "01HEAWCHESCXG8SDG5R10VF8E1", created_at: "2026-12-01T08:00:00.123Z", canceled: false };

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function start(
  answer: RequestListener,
  options: Partial<SinchConnectionOptions> & { servicePlanId?: string } = {},
): Promise<{ server: LocalServer; client: SinchClient }> {
  const server = await startLocalServer(answer);
  const { baseUrl } = server;
  const client = createSinchClient({ baseUrl, servicePlanId: "plan", apiToken: "token", now: () => now, ...options });
  opened.push(server, client);
  return { server, client };
}

function answering(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => {
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

describe("sendBatch", () => {
  test.each(["got", "node"] as const)("posts the batch as JSON over %s, and nothing else", async (httpClient) => {
    const { server, client } = await start(answering(201, accepted), { httpClient });
    await client.sendBatch(batch);
    expect(server.requests).toHaveLength(1);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", url: "/xms/v1/plan/batches" });
    expect(JSON.parse(request?.body ?? "")).toEqual(batch);
    expect(request?.headers).toMatchObject({
      authorization: "Bearer token",
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "volley",
    });
  });

  test.each([
    ["the provider's time", accepted, accepted.created_at],
    ["our own time where the provider gives none", { id: accepted.id }, now.toISOString()],
  ])("is accepted with the batch ID and %s", async (_, body, acceptedAt) => {
    const { client } = await start(answering(201, body));
    expect(await client.sendBatch(batch)).toEqual({ kind: "accepted", batchId: accepted.id, acceptedAt });
  });

  test.each([200, 202, 299])("takes %i with a batch ID for accepted", async (status) => {
    const { client } = await start(answering(status, accepted));
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "accepted" });
  });

  test.each([
    ["a 201 without an ID", 201, { to: [] }],
    ["a 201 that was cut off", 201, '{"id": "01HEAWCHESCXG8SD'],
    ["a 201 with HTML", 201, "<html></html>"],
    ["a 201 with nothing", 201, ""],
    ["a 204", 204, ""],
  ])("does not know what became of %s", async (_, status, body) => {
    const { client } = await start(answering(status, body));
    const text = `HTTP ${status} without a batch ID`;
    expect(await client.sendBatch(batch)).toEqual({ kind: "unknown", code: "no_batch_id", text });
  });

  test.each([
    [400, "rejected"],
    [401, "unauthorized"],
    [403, "unauthorized"],
    [404, "unauthorized"],
    [429, "throttled"],
    [500, "unavailable"],
    [502, "unknown"],
    [503, "unavailable"],
    [504, "unknown"],
  ])("turns %i into an outcome after exactly one request: %s", async (status, kind) => {
    const { server, client } = await start(answering(status, "<html>no</html>", { "retry-after": "0" }));
    expect(await client.sendBatch(batch)).toMatchObject({ kind, code: `http_${status}`, text: "<html>no</html>" });
    expect(server.requests).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])("does not carry the token to where a %i points", async (status) => {
    const elsewhere = await start(answering(201, accepted));
    const { server, client } = await start(answering(status, "", { location: `${elsewhere.server.baseUrl}/batches` }));
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unavailable", mayBeAccepted: false });
    expect(server.requests).toHaveLength(1);
    expect(elsewhere.server.requests).toHaveLength(0);
  });

  test("keeps one connection for one request after the other", async () => {
    const { server, client } = await start(answering(201, accepted));
    for (let count = 0; count < 5; count += 1) await client.sendBatch(batch);
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  test("escapes the service plan in the path", async () => {
    const { server, client } = await start(answering(201, accepted), { servicePlanId: "a/b?c#d e" });
    await client.sendBatch(batch);
    expect(server.requests[0]?.url).toBe("/xms/v1/a%2Fb%3Fc%23d%20e/batches");
  });

  test("reads text beyond ASCII and sends it", async () => {
    const { server, client } = await start(answering(400, { code: "x", text: "Größe 😀" }));
    expect(await client.sendBatch({ ...batch, body: "Größe 😀" })).toMatchObject({ text: "Größe 😀" });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toMatchObject({ body: "Größe 😀" });
  });

  test("carries its request over a transport that it is given", async () => {
    const seen: string[] = [];
    const client = createSinchClient({
      baseUrl: "https://example.com/ignored",
      servicePlanId: "plan",
      apiToken: "token",
      transport: async ({ method, url }) => {
        seen.push(`${method} ${url}`);
        return { status: 201, headers: {}, body: JSON.stringify(accepted) };
      },
    });
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "accepted" });
    expect(seen).toEqual(["POST https://example.com/xms/v1/plan/batches"]);
    client.close();
  });
});

describe("findBatch", () => {
  const reference = "spring & co~eu-1/ü";
  const since = new Date("2026-11-29T08:00:00Z");
  const page = { count: 1, page: 0, page_size: 1, batches: [{ ...accepted, client_reference: reference }] };

  test("asks for the reference since the first try, without a body", async () => {
    const { server, client } = await start(answering(200, page));
    expect(await client.findBatch(reference, since)).toMatchObject({ kind: "found", batch: { id: accepted.id } });
    const [request] = server.requests;
    const { pathname, searchParams } = new URL(request?.url ?? "", server.baseUrl);
    expect([request?.method, request?.body, pathname]).toEqual(["GET", "", "/xms/v1/plan/batches"]);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_reference: reference,
      start_date: "2026-11-29T08:00:00.000Z",
      page: "0",
      page_size: "100",
    });
    expect(request?.headers).toMatchObject({ authorization: "Bearer token" });
    expect(request?.headers).not.toHaveProperty("content-type");
  });

  test("asks page by page until one is empty", async () => {
    const other = { count: 9, batches: [{ ...accepted, client_reference: "other" }] };
    const { server, client } = await start((request, response) => {
      const isFirst = request.url?.includes("&page=0&");
      response.end(JSON.stringify(isFirst ? other : { count: 9, batches: [] }));
    });
    expect(await client.findBatch(reference, since)).toEqual({ kind: "absent" });
    expect(server.requests.map(({ url }) => new URL(url, server.baseUrl).searchParams.get("page"))).toEqual(["0", "1"]);
  });

  test.each([
    [429, "", { kind: "throttled", code: "http_429" }],
    [503, "", { kind: "unavailable", code: "http_503" }],
    [401, "", { kind: "unauthorized", code: "http_401" }],
    [404, "", { kind: "unauthorized", code: "http_404" }],
    [200, "<html></html>", { kind: "unknown", code: "no_list" }],
    [200, '{"count": 0}', { kind: "unknown", code: "no_list" }],
  ])("never takes %i %p for an absence, and asks once", async (status, body, failure) => {
    const { server, client } = await start(answering(status, body, { "retry-after": "0" }));
    expect(await client.findBatch(reference, since)).toMatchObject({ kind: "unasked", failure });
    expect(server.requests).toHaveLength(1);
  });
});

describe("cancelBatch", () => {
  test("deletes the batch, without a body", async () => {
    const { server, client } = await start(answering(200, { ...accepted, canceled: true }));
    expect(await client.cancelBatch("5Z8QsIRsk86f-jHB/?")).toMatchObject({
      kind: "canceled",
      batch: { id: accepted.id, canceled: true },
    });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "DELETE", url: "/xms/v1/plan/batches/5Z8QsIRsk86f-jHB%2F%3F", body: "" });
    expect(request?.headers).toMatchObject({ authorization: "Bearer token" });
    expect(request?.headers).not.toHaveProperty("content-type");
  });

  test.each(["", "null", "<html>", "{}"])("is done also where the answer shows no batch: %p", async (body) => {
    const { client } = await start(answering(200, body));
    expect(await client.cancelBatch("a")).toEqual({ kind: "canceled", batch: null });
  });

  test.each([
    [403, { code: "conflict_send_at", text: "sent" }, { kind: "rejected", code: "conflict_send_at" }],
    [404, "", { kind: "unauthorized", status: 404 }],
    [429, "", { kind: "throttled" }],
    [502, "", { kind: "unknown", code: "http_502" }],
  ])("turns %i into an outcome after exactly one request", async (status, body, outcome) => {
    const { server, client } = await start(answering(status, body, { "retry-after": "0" }));
    expect(await client.cancelBatch("a")).toMatchObject(outcome);
    expect(server.requests).toHaveLength(1);
  });
});

describe("readBatch", () => {
  test("reads the batch as it is now", async () => {
    const { server, client } = await start(answering(200, { ...accepted, canceled: true }));
    const reading = await client.readBatch("5Z8QsIRsk86f-jHB/?");
    expect(reading).toMatchObject({ kind: "batch", batch: { id: accepted.id, canceled: true } });
    expect(server.requests).toMatchObject([
      { method: "GET", url: "/xms/v1/plan/batches/5Z8QsIRsk86f-jHB%2F%3F", body: "" },
    ]);
  });

  test.each([
    [200, "<html>", { kind: "unknown", code: "no_batch_id" }],
    [404, "", { kind: "unauthorized", status: 404 }],
    [429, "", { kind: "throttled", retryAfterMs: 7_000 }],
    [503, "", { kind: "unavailable", retryAfterMs: 7_000 }],
  ])("turns %i into an outcome after exactly one request", async (status, body, outcome) => {
    const { server, client } = await start(answering(status, body, { "retry-after": "7" }));
    expect(await client.readBatch("a")).toMatchObject(outcome);
    expect(server.requests).toHaveLength(1);
  });
});

test("close ends the connections that were kept open", async () => {
  const { server, client } = await start(answering(201, accepted));
  const [connected] = await Promise.all([once(server.events, "connection"), client.sendBatch(batch)]);
  const [socket] = connected;
  const ended = once(socket, "close");
  client.close();
  await ended;
  expect(socket.destroyed).toBe(true);
});
