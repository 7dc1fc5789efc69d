import { afterEach, describe, expect, test } from "@jest/globals";
import { BATCH as batch } from "../../test/every-call.ts";
import {
  giveToken,
  KEY_SECRET as SECRET,
  type Project,
  type ProjectServerOptions,
  startProject,
} from "../../test/project-server.ts";

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function start(...options: Parameters<typeof startProject>): Promise<Project> {
  const project = await startProject(...options);
  opened.push(project);
  return project;
}

describe("a token host that", () => {
  test.each([400, 401, 403, 404])("refuses the key with %i makes the set-up wrong", async (status) => {
    const body = JSON.stringify({ error: "invalid_client", error_description: `${SECRET} is wrong` });
    const { server, client } = await start({ token: (response) => response.writeHead(status).end(body) });
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({ kind: "unauthorized", status, code: "token_refused" });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, ProjectServerOptions["token"]]>([
    ["has an outage", (response) => response.writeHead(503).end()],
    ["is behind a gateway that has one", (response) => response.writeHead(502).end("<html>")],
    ["hangs up", (response) => response.destroy()],
    ["sends us elsewhere", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["shows our head", (response) => response.writeHead(500).end(`Basic ${response.req.headers.authorization}`)],
    ["gives no token", (response) => response.end("{}")],
    ["gives a token that no header can hold", (response) => giveToken(response, "a\nb")],
    ["gives HTML", (response) => response.end("<html></html>")],
    ["gives nothing", (response) => response.end()],
  ])("%s is an outage in which certainly nothing was sent", async (_, token) => {
    const { server, client } = await start({ ...(token && { token }) });
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({ kind: "unavailable", code: "token_unavailable", mayBeAccepted: false });
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from(`key-id:${SECRET}`).toString("base64"));
    expect(server.apiRequests()).toEqual([]);
  });

  test("is not there is one, too", async () => {
    const { client } = await start({}, {}, "http://127.0.0.1:1");
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({ kind: "unavailable", code: "token_unavailable", mayBeAccepted: false });
    expect(outcome).toMatchObject({ host: "127.0.0.1:1", systemCode: "ECONNREFUSED" });
  });

  test("has no name that anybody knows is named", async () => {
    const { client } = await start({}, {}, "http://no..body");
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({
      kind: "unavailable",
      code: "unknown_host",
      mayBeAccepted: false,
      host: "no..body",
    });
  });

  test("is asked again by the next call after it has failed", async () => {
    const { client } = await start({
      token: (response, number) => (number === 1 ? response.writeHead(500).end() : giveToken(response, "token-2")),
    });
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unavailable" });
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "accepted" });
  });

  test("is empty is asked again, by all calls together", async () => {
    const { server, client } = await start(
      { token: (response, number) => (number < 3 ? response.writeHead(429).end() : giveToken(response, "token-3")) },
      { random: () => 0.001 },
    );
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => client.sendBatch(batch)));
    expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(50);
    expect(server.tokenRequests()).toHaveLength(3);
  });

  test("stays empty is asked four times", async () => {
    const { server, client } = await start(
      { token: (response) => response.writeHead(429).end() },
      { random: () => 0.001 },
    );
    const outcome = { kind: "unavailable", code: "token_throttled", mayBeAccepted: false };
    expect(await client.sendBatch(batch)).toMatchObject(outcome);
    expect(server.tokenRequests()).toHaveLength(4);
  });

  test("wants to be left alone for longer than the call may last is not asked again", async () => {
    const { server, client } = await start(
      { token: (response) => response.writeHead(429, { "retry-after": "9" }).end() },
      { random: () => 0 },
    );
    expect(await client.sendBatch(batch)).toMatchObject({ code: "token_throttled", retryAfterMs: 9_000 });
    expect(server.tokenRequests()).toHaveLength(1);
  });

  test("does not answer ends with the call's deadline, and is named", async () => {
    const { server, client } = await start({ token: () => {} }, { timeoutMs: 300 });
    const outcome = await client.sendBatch(batch);
    expect(outcome).toMatchObject({ kind: "unavailable", mayBeAccepted: false, host: new URL(server.baseUrl).host });
    expect(server.apiRequests()).toEqual([]);
  });

  test("answers one byte per second ends with the call's deadline, too", async () => {
    const { server, client } = await start(
      {
        token: (response) => {
          response.writeHead(200);
          const drip = setInterval(() => response.write("{"), 1_000);
          response.on("close", () => clearInterval(drip));
        },
      },
      { timeoutMs: 1_500 },
    );
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unavailable", mayBeAccepted: false });
    expect(server.apiRequests()).toEqual([]);
  });

  test("does not answer holds nobody who gives up, and the others go on waiting", async () => {
    const answers: (() => void)[] = [];
    const { server, client } = await start({
      token: (response) => answers.push(() => giveToken(response, "token-1")),
    });
    const controller = new AbortController();
    const given = client.sendBatch(batch, { signal: controller.signal });
    const waiting = client.sendBatch(batch);
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await given).toMatchObject({ kind: "unavailable", code: "aborted", mayBeAccepted: false });
    answers[0]?.();
    expect(await waiting).toMatchObject({ kind: "accepted" });
    expect(server.tokenRequests()).toHaveLength(1);
    expect(await client.sendBatch(batch, { signal: controller.signal })).toMatchObject({ code: "aborted" });
  });
});

test("close ends the wait for a token", async () => {
  const closing: (() => void)[] = [];
  const { client } = await start({ token: () => closing[0]?.() });
  closing.push(() => client.close());
  expect(await client.sendBatch(batch)).toMatchObject({ kind: "unavailable", mayBeAccepted: false });
});
