import { describe, expect, test } from "@jest/globals";
import type { OpenRequest, Send } from "../authentication/sender.ts";
import type { TransportAnswer } from "../transport/transport.ts";
import { createWorkerCalls, type WorkerCalls } from "./worker-calls.ts";

const since = new Date("2026-11-29T08:00:00Z");

const TIMEOUT_MS = 60_000;

function callsOver(answer: () => Promise<TransportAnswer>, timeoutMs = TIMEOUT_MS): [WorkerCalls, OpenRequest[]] {
  const seen: OpenRequest[] = [];
  const send: Send = async (request) => {
    seen.push(request);
    return answer();
  };
  return [createWorkerCalls("https://example.com/xms/v1/plan", send, () => since, timeoutMs), seen];
}

function answerOf(status: number, body: object): TransportAnswer {
  return { status, headers: {}, body: JSON.stringify(body) };
}

/** A list without end, each page of which takes its time. */
function slowly(pageMs: number): () => Promise<TransportAnswer> {
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, pageMs));
    return answerOf(200, { count: 1_000_000, batches: [{ id: String(Math.random()), client_reference: "other" }] });
  };
}

describe("sendBatch", () => {
  test("leaves out what is null, at every depth", async () => {
    const [{ sendBatch }, seen] = callsOver(async () => answerOf(201, { id: "01HEAWCHESCXG8SDG5R10VF8E1" }));
    const careless: object = { to: ["1"], body: "Hi!", from: null, later: { a: null, b: 1 } };
    expect(await sendBatch(careless as Parameters<typeof sendBatch>[0])).toMatchObject({ kind: "accepted" });
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ to: ["1"], body: "Hi!", later: { b: 1 } });
  });
});

describe("findBatch", () => {
  test("ends within one deadline for all pages, and does not say that the batch is absent", async () => {
    const [{ findBatch }, seen] = callsOver(slowly(40), 100);
    expect(await findBatch("mine", since)).toEqual({
      kind: "unasked",
      failure: { kind: "unknown", code: "timeout", text: "no time left for the next page" },
    });
    expect(seen.length).toBeLessThanOrEqual(3);
  });

  test.each<[string, object]>([
    ["has no reference", { id: "a" }],
    ["has a reference that is no text", { id: "a", client_reference: 7 }],
    ["has no ID", { client_reference: "other" }],
    ["is no batch", []],
  ])("does not know whether it is there where a listed batch %s", async (_, entry) => {
    const pages = [{ count: 1, batches: [entry] }];
    const [{ findBatch }] = callsOver(async () => answerOf(200, pages.shift() ?? { count: 1, batches: [] }));
    expect(await findBatch("mine", since)).toEqual({
      kind: "unclear",
      failure: { kind: "unknown", code: "no_reference", text: "the list holds a batch without a reference" },
    });
  });

  test("finds the batch beside one that cannot be read", async () => {
    const batches = [null, { client_reference: "mine" }, { id: "b", client_reference: "mine" }];
    const [{ findBatch }] = callsOver(async () => answerOf(200, { count: 3, batches }));
    expect(await findBatch("mine", since)).toMatchObject({ kind: "found", batch: { id: "b" } });
  });

  test("gives each page the time that is left", async () => {
    const pages = [
      { count: 3, batches: [{ id: "a", client_reference: "other" }] },
      { count: 3, batches: [{ id: "b", client_reference: "another" }] },
      { count: 3, batches: [] },
    ];
    const [{ findBatch }, seen] = callsOver(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return answerOf(200, pages.shift() ?? {});
    });
    expect(await findBatch("mine", since)).toMatchObject({ kind: "absent" });
    const times = seen.map(({ timeoutMs }) => timeoutMs);
    expect(times).toHaveLength(3);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => Number(b) - Number(a)));
    expect(times[0]).toBeLessThanOrEqual(TIMEOUT_MS);
  });
});
