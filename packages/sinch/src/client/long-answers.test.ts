import type { RequestListener } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startLocalServer } from "../../test/local-server.ts";
import { createSinchClient, type SinchClient } from "./sinch-client.ts";

const SINCE = new Date("2026-12-01T08:00:00Z");
const MIB = 1_024 * 1_024;

const opened: { close: () => unknown }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close();
});

async function start(answer: RequestListener, maxAnswerBytes?: number): Promise<SinchClient> {
  const server = await startLocalServer(answer);
  const limit = maxAnswerBytes === undefined ? {} : { maxAnswerBytes };
  const client = createSinchClient({
    baseUrl: server.baseUrl,
    servicePlanId: "plan",
    apiToken: "token",
    timeoutMs: 30_000,
    ...limit,
  });
  opened.push(server, client);
  return client;
}

/** A batch as the provider repeats it, with so many placeholders for a thousand recipients, of the longest values. */
function longBatch(placeholders: number): Record<string, unknown> {
  const to = Array.from({ length: 1_000 }, (_, index) => String(46_700_000_000 + index));
  const values = Object.fromEntries(to.map((number) => [number, "é".repeat(1_600)]));
  const keys = Array.from({ length: placeholders }, (_, index) => `key${index}`);
  return {
    id: "01HEAWCHESCXG8SDG5R10VF8E1",
    to,
    client_reference: "mine",
    parameters: Object.fromEntries(keys.map((key) => [key, values])),
    created_at: "2026-12-01T08:00:00.000Z",
    canceled: false,
  };
}

function answering(status: number, body: object): RequestListener {
  const text = JSON.stringify(body);
  return (_, response) => response.writeHead(status).end(text);
}

/** 3.2 MB for each placeholder. */
describe("a batch with four placeholders for a thousand recipients", () => {
  const batch = longBatch(4);

  test("is accepted", async () => {
    const client = await start(answering(201, batch));
    expect(await client.sendBatch({ to: ["46700000000"], body: "Hi!", client_reference: "mine" })).toEqual({
      kind: "accepted",
      batchId: "01HEAWCHESCXG8SDG5R10VF8E1",
      acceptedAt: "2026-12-01T08:00:00.000Z",
    });
  });

  test("is found by its reference, with whom it is to", async () => {
    const client = await start(answering(200, { count: 1, batches: [batch] }));
    const finding = await client.findBatch("mine", SINCE);
    expect(finding).toMatchObject({ kind: "found", batch: { id: "01HEAWCHESCXG8SDG5R10VF8E1" } });
    expect(finding.kind === "found" && finding.batch.to).toHaveLength(1_000);
  });

  test("is read and canceled", async () => {
    const client = await start(answering(200, batch));
    expect(await client.readBatch("a")).toMatchObject({ kind: "batch", batch: { canceled: false } });
    const { parameters: _, ...rest } = batch;
    expect(await client.cancelBatch("a")).toEqual({ kind: "canceled", batch: rest });
  });
});

test("a batch that is longer than anybody would keep is found", async () => {
  const client = await start(answering(200, { count: 1, batches: [longBatch(22)] }));
  expect(await client.findBatch("mine", SINCE)).toMatchObject({ kind: "found" });
});

test("a short answer keeps its parameters also where nobody needs them", async () => {
  const parameters = { name: { "46700000000": "Ann" } };
  const client = await start(answering(200, { id: "a", parameters }));
  expect(await client.readBatch("a")).toMatchObject({ kind: "batch", batch: { parameters } });
});

test("a long answer keeps its parameters where somebody asks for the batch itself", async () => {
  const batch = longBatch(4);
  const client = await start(answering(200, batch));
  const answer = await client.batches.get("a");
  expect(answer.kind === "ok" && JSON.stringify(answer.value).length).toBe(JSON.stringify(batch).length);
});

describe("what is too long all the same", () => {
  const others = Array.from({ length: 120 }, (_, index) => ({ id: String(index), more: "x".repeat(MIB / 12) }));

  test("does not tell whether the batch is there; nor is the provider in trouble", async () => {
    const client = await start(answering(200, { count: 1, batches: others }));
    expect(await client.findBatch("mine", SINCE)).toEqual({
      kind: "unclear",
      failure: { kind: "unknown", code: "answer_too_large", text: "the answer is too large" },
    });
  });

  test("is unknown to whoever sends or cancels", async () => {
    const client = await start(answering(201, { id: "a", batches: others }));
    const tooLarge = { kind: "unknown", code: "answer_too_large" };
    expect(await client.sendBatch({ to: ["46700000000"], body: "Hi!", client_reference: "mine" })).toMatchObject(
      tooLarge,
    );
    expect(await client.cancelBatch("a")).toMatchObject(tooLarge);
  });

  test("is what is longer than whoever makes the client allows", async () => {
    const client = await start(answering(200, longBatch(1)), MIB);
    expect(await client.batches.get("a")).toMatchObject({ kind: "unknown", code: "answer_too_large" });
    expect(await client.readBatch("a")).toMatchObject({ kind: "batch" });
  });
});
