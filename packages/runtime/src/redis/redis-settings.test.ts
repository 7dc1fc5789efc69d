import { describe, expect, it } from "@jest/globals";

import { describeRedis } from "./describe-redis.ts";
import { readRedisSettings } from "./redis-settings.ts";
import type { RedisSettings } from "./redis-settings.ts";
import { createSettingsReader } from "../settings/settings-reader.ts";
import type { Environment } from "../settings/settings-reader.ts";

const OPEN = { username: undefined, password: undefined, database: 0, tls: false };

function read(environment: Environment): RedisSettings {
  const reader = createSettingsReader(environment);
  return reader.finish(readRedisSettings(reader));
}

describe("readRedisSettings", () => {
  it("takes the Redis of this machine when nothing is set", () => {
    expect(read({})).toEqual({ mode: "single", ...OPEN, host: "127.0.0.1", port: 6379 });
  });

  it("reads user, password, database and TLS out of the URL", () => {
    expect(read({ REDIS_URL: "rediss://ann:p%40ss@redis.example:6380/3" })).toEqual({
      mode: "single",
      host: "redis.example",
      port: 6380,
      username: "ann",
      password: "p@ss",
      database: 3,
      tls: true,
    });
  });

  it("reads an IPv6 address", () => {
    expect(read({ REDIS_URL: "redis://[::1]" })).toMatchObject({ host: "::1", port: 6379 });
  });

  it("takes several URLs for a Cluster", () => {
    expect(read({ REDIS_URL: "redis://:hush@one:7000, redis://:hush@two:7001" })).toEqual({
      mode: "cluster",
      ...OPEN,
      password: "hush",
      nodes: [
        { host: "one", port: 7000 },
        { host: "two", port: 7001 },
      ],
    });
  });

  it("takes Sentinels and the master's name, with the access that REDIS_URL names", () => {
    const environment = {
      REDIS_URL: "redis://:hush@ignored/2",
      REDIS_SENTINELS: "one, two:26380",
      REDIS_MASTER_NAME: "volley",
      REDIS_SENTINEL_PASSWORD: "guard",
    };
    expect(read(environment)).toEqual({
      mode: "sentinel",
      ...OPEN,
      password: "hush",
      database: 2,
      sentinels: [
        { host: "one", port: 26379 },
        { host: "two", port: 26380 },
      ],
      masterName: "volley",
      sentinelPassword: "guard",
    });
  });

  it.each([
    "http://hush@one",
    "redis://",
    "one:6379",
    "redis://one/first",
    "redis://one:99999",
    "redis://one?hush",
    "redis://%zz@one",
    "redis://one,hush",
    "redis://one,",
  ])("refuses %s and does not repeat it", (url) => {
    expect(() => read({ REDIS_URL: url })).toThrow(/^REDIS_URL: expected redis:/);
    expect(() => read({ REDIS_URL: url })).not.toThrow(/hush/);
  });

  it("refuses a Cluster whose nodes differ, or with a database", () => {
    expect(() => read({ REDIS_URL: "redis://:a@one,redis://:b@two/1" })).toThrow(
      "REDIS_URL: expected the same scheme, user and password for every node of a Cluster\n" +
        "REDIS_URL: a Cluster has no database but 0",
    );
  });

  it("refuses Sentinels without a name, a name without Sentinels, and an address that is none", () => {
    expect(() => read({ REDIS_SENTINELS: "one" })).toThrow(
      "REDIS_MASTER_NAME: expected the master's name, got nothing",
    );
    expect(() => read({ REDIS_MASTER_NAME: "m" })).toThrow("REDIS_SENTINELS: expected host:port");
    expect(() => read({ REDIS_SENTINELS: "one:0", REDIS_MASTER_NAME: "m" })).toThrow(
      "comma-separated, got 5 characters",
    );
  });
});

describe("describeRedis", () => {
  it.each([
    [{ REDIS_URL: "redis://ann:hush@one:1" }, "redis://one:1/0"],
    [{ REDIS_URL: "rediss://:hush@[::1]:2/4" }, "rediss://[::1]:2/4"],
    [{ REDIS_URL: "redis://:hush@one:1,redis://:hush@two:2" }, "cluster one:1, two:2"],
    [
      { REDIS_URL: "redis://:hush@x", REDIS_SENTINELS: "one,two:2", REDIS_MASTER_NAME: "m" },
      "sentinel m at one:26379, two:2",
    ],
  ])("names the hosts of %j and no credentials", (environment, description) => {
    expect(describeRedis(read(environment))).toBe(description);
  });
});
