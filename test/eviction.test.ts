import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createLogger } from "@volley/runtime";
import { Redis } from "ioredis";
import { readWebhooksConfig } from "../apps/webhooks/src/config.ts";
import { startWebhooks } from "../apps/webhooks/src/start-webhooks.ts";
import { eventually } from "./stage/eventually.ts";
import { spawnWorker, type WorkerProcess } from "./stage/worker-process.ts";

describe("a Redis that forgets keys when it is full", () => {
  let local: LocalRedis;
  let worker: WorkerProcess | undefined;

  beforeEach(async () => {
    local = await startRedis({ prefer: "server" });
    const redis = new Redis(local.url);
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await redis.quit();
  });

  afterEach(async () => {
    await worker?.stop();
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

  it("is refused by whoever takes callbacks, too", async () => {
    const config = readWebhooksConfig({
      REDIS_URL: local.url,
      VOLLEY_REGIONS: "us",
      VOLLEY_US_CALLBACK_SECRETS: "secret",
      VOLLEY_HTTP_PORT: "0",
      VOLLEY_HTTP_HOST: "127.0.0.1",
    });
    const log = createLogger({ name: "test", level: "silent" });
    await expect(startWebhooks(config, log)).rejects.toThrow("maxmemory-policy noeviction, got allkeys-lru");
    const warned = await startWebhooks({ ...config, eviction: "warn" }, log);
    expect((await fetch(`${warned.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${warned.url}/metrics`)).text();
    expect(metrics).toMatch(/^volley_build_info\{version="\d+\.\d+\.\d+",node="[\d.]+",app="webhooks"\} 1$/m);
    expect(metrics).toContain('volley_redis_errors_total{kind="not_reached",app="webhooks"} 0');
    await warned.stop(AbortSignal.timeout(5_000));
  });

  it("is taken with a loud word where somebody wants it so", async () => {
    worker = start({ VOLLEY_REDIS_EVICTION: "warn" });
    const { log } = worker;
    await eventually(() => log().some(({ msg }) => msg === "started"), "a started worker");
    expect(log()).toContainEqual(expect.objectContaining({ level: "error", policy: "allkeys-lru" }));
  });
});
