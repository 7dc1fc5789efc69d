import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "./stage/eventually.ts";
import { spawnWorker, type WorkerProcess } from "./stage/worker-process.ts";

describe("a Redis that forgets keys when it is full", () => {
  let local: LocalRedis;
  let worker: WorkerProcess;

  beforeEach(async () => {
    local = await startRedis({ prefer: "server" });
    const redis = new Redis(local.url);
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await redis.quit();
  });

  afterEach(async () => {
    await worker.stop();
    await local.stop();
  });

  const start = (added: Readonly<Record<string, string>> = {}): WorkerProcess =>
    spawnWorker({
      REDIS_URL: local.url,
      VOLLEY_REGIONS: "us",
      VOLLEY_US_SERVICE_PLAN_ID: "plan",
      VOLLEY_US_API_TOKEN: "token",
      ...added,
    });

  it("is refused, with what to do about it", async () => {
    worker = start();
    expect(await worker.ended()).toBe(1);
    expect(worker.output()).toContain("expected a Redis with maxmemory-policy noeviction, got allkeys-lru");
    const redis = new Redis(local.url);
    expect(await redis.keys("*")).toEqual([]);
    await redis.quit();
  });

  it("is taken with a loud word where somebody wants it so", async () => {
    worker = start({ VOLLEY_REDIS_EVICTION: "warn" });
    await eventually(() => worker.log().some(({ msg }) => msg === "started"), "a started worker");
    expect(worker.log()).toContainEqual(expect.objectContaining({ level: "error", policy: "allkeys-lru" }));
  });
});
