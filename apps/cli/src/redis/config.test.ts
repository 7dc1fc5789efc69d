import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readCliConfig } from "./config.ts";
import { redisSettingsOf } from "./redis-settings-of.ts";

describe("readCliConfig", () => {
  it("needs nothing", () => {
    expect(readCliConfig({})).toMatchObject({
      redis: { mode: "single", host: "127.0.0.1", port: 6379 },
      redisUrl: undefined,
      prefix: undefined,
      leadMs: 60_000,
      routesFile: undefined,
      regions: ["us", "eu"],
      directory: join(process.cwd(), ".volley"),
      boardUser: "volley",
      boardPassword: undefined,
      environment: {},
    });
  });

  it("takes every variable, and keeps the whole environment for the processes that it starts", () => {
    const environment = {
      REDIS_URL: "redis://redis.example:6380/1",
      VOLLEY_PREFIX: "{mine}",
      VOLLEY_LEAD_MS: "3600000",
      VOLLEY_ROUTES_FILE: "/etc/volley/routes.json",
      VOLLEY_REGIONS: "us,gulf-2",
      VOLLEY_STATE_DIR: "/tmp/volley",
      VOLLEY_BOARD_USER: "ann",
      VOLLEY_BOARD_PASSWORD: "hush",
      HOME: "/root",
    };
    expect(readCliConfig(environment)).toMatchObject({
      redis: { host: "redis.example", port: 6380, database: 1 },
      redisUrl: "redis://redis.example:6380/1",
      prefix: "{mine}",
      leadMs: 3_600_000,
      routesFile: "/etc/volley/routes.json",
      regions: ["us", "gulf-2"],
      directory: "/tmp/volley",
      boardUser: "ann",
      boardPassword: "hush",
      environment,
    });
  });

  it("takes an empty REDIS_URL for none", () => {
    expect(readCliConfig({ REDIS_URL: "" }).redisUrl).toBeUndefined();
  });

  it("takes a Cluster and Sentinels", () => {
    expect(readCliConfig({ REDIS_URL: "redis://one,redis://two" }).redis.mode).toBe("cluster");
    const config = readCliConfig({ REDIS_SENTINELS: "one:26379", REDIS_MASTER_NAME: "volley" });
    expect(config.redis.mode).toBe("sentinel");
    // The stack must not start a Redis of its own beside them.
    expect(config.redisUrl).toBe("redis://127.0.0.1:6379");
  });

  it("names everything that is wrong at once, without a password", () => {
    const environment = {
      REDIS_URL: "http://user:hush@redis",
      VOLLEY_LEAD_MS: "259200001",
      VOLLEY_REGIONS: "US",
      VOLLEY_BOARD_USER: "a:b",
    };
    expect(() => readCliConfig(environment)).toThrow(
      /^REDIS_URL: .*\nVOLLEY_REGIONS: .*\nVOLLEY_LEAD_MS: .*\nVOLLEY_BOARD_USER: .*$/,
    );
    expect(() => readCliConfig(environment)).not.toThrow(/hush/);
  });
});

describe("redisSettingsOf", () => {
  it("reads where Redis is for another process", () => {
    expect(redisSettingsOf({ REDIS_URL: "redis://127.0.0.1:7000" })).toMatchObject({ mode: "single", port: 7_000 });
  });
});
