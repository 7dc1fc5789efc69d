import { afterEach, describe, expect, test } from "@jest/globals";
import { BATCH as batch } from "../../test/every-call.ts";
import {
  giveToken,
  KEY_SECRET as SECRET,
  type Project,
  type ProjectServer,
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

function tokensUsed(server: ProjectServer): (string | undefined)[] {
  return server.apiRequests().map(({ headers }) => String(headers["authorization"]));
}

describe("a project's token", () => {
  test("is asked for with the key, and carried to the project's path", async () => {
    const { server, client } = await start();
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "accepted" });
    expect(server.tokenRequests()).toMatchObject([
      {
        method: "POST",
        body: "grant_type=client_credentials",
        headers: {
          authorization: `Basic ${Buffer.from(`key-id:${SECRET}`).toString("base64")}`,
          "content-type": "application/x-www-form-urlencoded",
        },
      },
    ]);
    const [request] = server.apiRequests();
    expect(request).toMatchObject({ method: "POST", url: "/xms/v1/a%2Fproject/batches", body: JSON.stringify(batch) });
    expect(request?.headers).toMatchObject({
      authorization: "Bearer token-1",
      "content-type": "application/json",
      accept: "application/json",
    });
  });

  test("is asked for once by fifty calls at once, and not again by those that follow", async () => {
    const { server, client } = await start();
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => client.sendBatch(batch)));
    expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(50);
    await client.batches.get("a");
    expect(server.tokenRequests()).toHaveLength(1);
    expect(server.apiRequests()).toHaveLength(51);
  });

  test("that expired in the middle is replaced once for fifty calls, and each call is made once more", async () => {
    const { server, client } = await start();
    await client.sendBatch(batch);
    server.expire("token-1");
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => client.sendBatch(batch)));
    expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(50);
    expect(server.tokenRequests()).toHaveLength(2);
    const used = tokensUsed(server).slice(1);
    expect(used.filter((token) => token === "Bearer token-2")).toHaveLength(50);
    expect(used.filter((token) => token === "Bearer token-1").length).toBeLessThanOrEqual(50);
  });

  test("that is always called expired costs one repetition, and then the set-up is wrong", async () => {
    const { server, client } = await start();
    server.expire("token-1");
    server.expire("token-2");
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unauthorized", status: 401 });
    expect(server.tokenRequests()).toHaveLength(2);
    expect(server.apiRequests()).toHaveLength(2);
  });

  test("that is refused for another reason is not replaced, and the request is not repeated", async () => {
    const { server, client } = await start({
      api: (_, response) => response.writeHead(401, { "www-authenticate": "Bearer" }).end(),
    });
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unauthorized", status: 401 });
    expect(server.requests).toHaveLength(2);
  });

  test("that is refused after a minute of its life was perhaps revoked: the next call has another one", async () => {
    let nowMs = Date.parse("2026-12-01T08:00:00Z");
    const { server, client } = await start(
      { api: (_, response) => response.writeHead(401, { "www-authenticate": "Bearer" }).end() },
      { now: () => new Date(nowMs) },
    );
    for (const laterMs of [0, 59_999, 1, 0]) {
      nowMs += laterMs;
      expect(await client.sendBatch(batch)).toMatchObject({ kind: "unauthorized", status: 401 });
    }
    expect(tokensUsed(server)).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"]);
  });

  test("is not carried any more once its life is over by our own clock", async () => {
    let nowMs = Date.parse("2026-12-01T08:00:00Z");
    const { server, client } = await start({}, { now: () => new Date(nowMs), random: () => 1 });
    await client.sendBatch(batch);
    nowMs += 3_300_000 - 30_001;
    await client.sendBatch(batch);
    nowMs += 3_600_000;
    await client.sendBatch(batch);
    expect(tokensUsed(server)).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
    expect(server.tokenRequests()).toHaveLength(2);
  });

  test("is renewed before its end, once, while calls go on with the old one", async () => {
    let nowMs = Date.parse("2026-12-01T08:00:00Z");
    const answers: (() => void)[] = [];
    const { server, client } = await start(
      {
        token: (response, number) => {
          const answer = (): void => giveToken(response, `token-${number}`);
          if (number === 1) answer();
          else answers.push(answer);
        },
      },
      { now: () => new Date(nowMs), random: () => 1 },
    );
    await client.sendBatch(batch);
    nowMs += 3_300_000;
    await Promise.all(Array.from({ length: 10 }, async () => client.sendBatch(batch)));
    while (answers.length === 0) await client.sendBatch(batch);
    expect(server.tokenRequests()).toHaveLength(2);
    expect(new Set(tokensUsed(server))).toEqual(new Set(["Bearer token-1"]));
    answers[0]?.();
    while (!tokensUsed(server).includes("Bearer token-2")) await client.sendBatch(batch);
    expect(server.tokenRequests()).toHaveLength(2);
  });

  test("that cannot be renewed yet serves to its end, and the token host is left alone for a while", async () => {
    let nowMs = Date.parse("2026-12-01T08:00:00Z");
    const { server, client } = await start(
      { token: (response, number) => (number === 1 ? giveToken(response, "token-1") : response.writeHead(500).end()) },
      { now: () => new Date(nowMs) },
    );
    await client.sendBatch(batch);
    nowMs += 3_569_999;
    while (server.tokenRequests().length < 2) await client.sendBatch(batch);
    for (let count = 0; count < 10; count += 1)
      expect(await client.sendBatch(batch)).toMatchObject({ kind: "accepted" });
    expect(server.tokenRequests()).toHaveLength(2);
    nowMs += 2;
    expect(await client.sendBatch(batch)).toMatchObject({ kind: "unavailable", code: "token_unavailable" });
  });
});

test("a repetition is not written after the time that its caller set", async () => {
  const notAfter = new Date(Date.now() + 200);
  const { server, client } = await start({
    token: (response, number) => {
      if (number === 2) while (Date.now() <= notAfter.getTime());
      giveToken(response, `token-${number}`);
    },
  });
  server.expire("token-1");
  const outcome = await client.sendBatch(batch, { notAfter });
  expect(outcome).toMatchObject({ kind: "unavailable", code: "too_late", mayBeAccepted: false });
  expect(tokensUsed(server)).not.toContain("Bearer token-2");
});

test("a request that gets no answer is never repeated", async () => {
  const { server, client } = await start({ api: (_, response) => response.destroy() });
  expect(await client.sendBatch(batch)).toMatchObject({ kind: "unknown", code: "connection_lost" });
  expect(server.apiRequests()).toHaveLength(1);
});
