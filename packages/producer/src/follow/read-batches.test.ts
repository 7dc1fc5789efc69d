import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noRecipients, partId, queueName, sendId, type SendResult } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";

const MESSAGE = { from: "12015550123", body: "Hi" };

let prefix: string;
let redis: Redis;
let queue: Queue;
let producer: Producer;
let id: string;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  producer = createProducer({ redis: testRedisUrl(), prefix });
  id = sendId("eu");
});

afterEach(async () => {
  await producer.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

it("refuses a limit that is no number, which would end the list too early", async () => {
  await expect(producer.batches(id, { limit: Number.NaN })).rejects.toThrow("limit: expected a whole number");
});

it.each([0, -1, 1.5, "2", null])("refuses the limit %j", async (limit) => {
  const call = producer.batches(id, { limit: limit as number });
  await expect(call).rejects.toThrow(/^batches\.limit: expected a whole number of at least 1, got /);
});

/** A part's result with so many batches; every one without any has an error instead. */
function resultOf(part: number, batches: number): SendResult {
  return {
    state: batches > 0 ? "accepted" : "rejected",
    region: "eu",
    recipients: { ...noRecipients(1_000), [batches > 0 ? "accepted" : "rejected"]: 1_000 },
    batches: Array.from({ length: batches }, (_, at) => ({
      id: `b${part}.${at}`,
      part,
      recipients: 1,
      accepted_at: "2026-12-01",
      adopted: false,
    })),
    rejected: [],
    errors: batches > 0 ? [] : [{ part, code: "syntax_invalid_json", text: "no", recipients: 1_000 }],
  };
}

async function endPart(part: number, batches: number): Promise<void> {
  const key = queue.toKey(partId(id, part));
  await redis.hset(`${queue.toKey(id)}:processed`, key, JSON.stringify(resultOf(part, batches)));
}

/** All pages: the IDs on each, and the parts of its errors. */
async function pages(limit: number): Promise<{ ids: string[]; errors: number[] }[]> {
  const all: { ids: string[]; errors: number[] }[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await producer.batches(id, { limit, ...(cursor !== undefined && { cursor }) });
    all.push({ ids: page.batches.map((batch) => batch.id), errors: page.errors.map(({ part }) => part) });
    cursor = page.cursor;
  }
  return all;
}

describe("the batches of a send that is on its way", () => {
  beforeEach(async () => {
    const planned = { parts: 5, requested: 5_000, duplicate: 0, rejected: 0, rejections: [], skipped: [] };
    await queue.add("send", { message: MESSAGE, planned }, { jobId: id });
    await endPart(0, 1);
    await endPart(1, 3);
    await endPart(2, 0);
    await endPart(4, 2);
  });

  it("are not had with the cursor of another send", async () => {
    const { cursor } = await producer.batches(id, { limit: 1 });
    await queue.add("send", (await queue.getJob(id))?.data, { jobId: "other" });
    const call = producer.batches("other", { region: "eu", cursor: cursor ?? "" });
    await expect(call).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    expect(await producer.batches(id, { limit: 1, cursor: cursor ?? "" })).toMatchObject({ batches: [{ id: "b1.0" }] });
  });

  it("are those of the parts that have ended, with the errors among them", async () => {
    expect(await pages(1_000)).toEqual([{ ids: ["b0.0", "b1.0", "b1.1", "b1.2", "b4.0", "b4.1"], errors: [2] }]);
  });

  it("are never more than a page may have, also where a part has more", async () => {
    expect(await pages(2)).toEqual([
      { ids: ["b0.0", "b1.0"], errors: [] },
      { ids: ["b1.1", "b1.2"], errors: [] },
      { ids: ["b4.0", "b4.1"], errors: [2] },
    ]);
    expect((await pages(1)).flatMap(({ ids }) => ids)).toEqual(["b0.0", "b1.0", "b1.1", "b1.2", "b4.0", "b4.1"]);
  });
});

describe("the batches of a send", () => {
  it("of which a hundred thousand parts have not ended are not searched from end to end", async () => {
    await queue.add("send", { ...MESSAGE, staged: { id: "s1", recipients: 100_000_000 } }, { jobId: id });
    await endPart(99_999, 1);
    const first = await producer.batches(id);
    expect(first).toEqual({ batches: [], errors: [], cursor: expect.stringMatching(/\.2000$/) });
    const found = await pages(1_000);
    expect(found).toHaveLength(50);
    expect(found.at(-1)?.ids).toEqual(["b99999.0"]);
  });

  it("that was not split are those of its result", async () => {
    await queue.add("send", { message: MESSAGE, settled: resultOf(0, 3) }, { jobId: id });
    expect(await producer.batches(id)).toEqual({ batches: [], errors: [], cursor: null });
    await redis.hset(queue.toKey(id), "returnvalue", JSON.stringify(resultOf(0, 3)));
    expect(await pages(2)).toEqual([
      { ids: ["b0.0", "b0.1"], errors: [] },
      { ids: ["b0.2"], errors: [] },
    ]);
  });

  it("that nobody knows, and cursors of nobody's, are refused", async () => {
    await expect(producer.batches(id)).rejects.toMatchObject({ code: "VOLLEY_UNKNOWN_SEND" });
    for (const cursor of ["", "-1", "1.", "x", "9999999999"]) {
      await expect(producer.batches(id, { cursor })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
    }
  });
});
