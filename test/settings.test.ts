import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { testRedisUrl } from "./own-prefix.ts";
import { spawnWorker } from "./stage/worker-process.ts";

const redisUrl = testRedisUrl();

describe("a worker with wrong settings", () => {
  it("names all of them, exits non-zero, and has not touched the queue", async () => {
    const prefix = "{volley-test-wrong-settings}";
    const worker = spawnWorker({
      REDIS_URL: redisUrl,
      VOLLEY_PREFIX: prefix,
      VOLLEY_REGIONS: "us,moon",
      VOLLEY_US_SERVICE_PLAN_ID: "plan",
      VOLLEY_US_CONCURRENCY: "a few",
      VOLLEY_MOON_SERVICE_PLAN_ID: "plan",
      VOLLEY_MOON_API_TOKEN: "token",
    });

    expect(await worker.ended()).toBe(1);

    const [line] = worker.log();
    expect(line).toMatchObject({ level: "fatal", msg: "cannot start with these settings" });
    expect(line?.["problems"]).toEqual([
      "VOLLEY_US_API_TOKEN: expected an API token, got nothing",
      "VOLLEY_US_CONCURRENCY: expected an integer from 1 to 10000 requests, got 5 characters",
      expect.stringMatching(/^VOLLEY_MOON_BASE_URL: expected the base URL of "moon".*us, eu, au, br, ca/),
    ]);
    const redis = new Redis(redisUrl);
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
    await redis.quit();
  });

  it("wants to know its regions: there is no default one", async () => {
    const worker = spawnWorker({ REDIS_URL: redisUrl });

    expect(await worker.ended()).toBe(1);
    expect(worker.output()).toContain("VOLLEY_REGIONS: expected a comma-separated list of region names");
  });

  it("never repeats a token that is wrong", async () => {
    const worker = spawnWorker({
      REDIS_URL: redisUrl,
      VOLLEY_REGIONS: "us",
      VOLLEY_US_SERVICE_PLAN_ID: "plan",
      VOLLEY_US_API_TOKEN: "token with blanks",
    });

    expect(await worker.ended()).toBe(1);
    expect(worker.output()).toContain("VOLLEY_US_API_TOKEN: expected an API token");
    expect(worker.output()).not.toContain("with blanks");
  });
});
