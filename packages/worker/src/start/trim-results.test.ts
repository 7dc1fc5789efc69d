import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { trimResults } from "./trim-results.ts";

describe("trimming results", () => {
  const prefix = ownPrefix();
  let redis: Redis;
  let queue: Queue;

  beforeEach(async () => {
    redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
    queue = new Queue("volley-eu", { connection: redis, prefix });
    const jobs = Array.from({ length: 70 }, (_, index) => ({
      name: "send",
      data: {},
      opts: { jobId: `send-${index}` },
    }));
    await queue.addBulk(jobs);
    const worker = new Worker("volley-eu", async () => "done", { connection: redis, prefix });
    await eventually(async () => (await queue.getJobCountByTypes("completed")) === 70, "70 completed jobs");
    await worker.close();
  });

  afterEach(async () => {
    await queue.close();
    await dropPrefix(prefix);
    redis.disconnect();
  });

  test("keeps the youngest", async () => {
    expect(await trimResults(queue, 5)).toBe(65);
    const kept = await queue.getCompleted();
    expect(new Set(kept.map(({ id }) => id))).toEqual(new Set(["send-65", "send-66", "send-67", "send-68", "send-69"]));
  });

  test("keeps as many when several workers start together", async () => {
    const removed = await Promise.all([1, 2, 3].map(async () => trimResults(queue, 35)));
    expect(removed.reduce((sum, count) => sum + count)).toBe(35);
    const kept = await queue.getCompleted();
    const youngest = Array.from({ length: 35 }, (_, index) => `send-${index + 35}`);
    expect(new Set(kept.map(({ id }) => id))).toEqual(new Set(youngest));
  });

  test("leaves nothing of a removed job, nor of those that could not be added while it was there", async () => {
    const deduplication = { id: "once" };
    await queue.add("send", {}, { jobId: "first", deduplication });
    const worker = new Worker("volley-eu", async () => "done", { connection: redis, prefix });
    await eventually(async () => (await queue.getJobCountByTypes("completed")) === 71, "71 completed jobs");
    await worker.close();
    await trimResults(queue, 0);
    const left = await redis.keys(`${prefix}:*`);
    expect(left.filter((key) => /send-|first|de:/.test(key))).toEqual([]);
  });

  test("leaves everything alone where there is room", async () => {
    expect(await trimResults(queue, 70)).toBe(0);
    expect(await queue.getJobCountByTypes("completed")).toBe(70);
  });
});
