import { networkInterfaces } from "node:os";
import { describe, expect, it } from "@jest/globals";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { isOnThisMachine } from "./is-on-this-machine.ts";

const [ownAddress = "127.0.0.1"] = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .flatMap(({ address, family }) => (family === "IPv4" ? [address] : []));

describe("isOnThisMachine", () => {
  it.each([
    ["no variable at all", {}],
    ["loopback", { REDIS_URL: "redis://127.0.0.2:7000" }],
    ["loopback by IPv6", { REDIS_URL: "redis://[::1]:7000" }],
    ["localhost", { REDIS_URL: "redis://localhost" }],
    ["an address of its own", { REDIS_URL: `redis://${ownAddress}` }],
    ["a Cluster here", { REDIS_URL: "redis://127.0.0.1:7000,redis://127.0.0.1:7001" }],
    ["Sentinels here", { REDIS_SENTINELS: "127.0.0.1:26379", REDIS_MASTER_NAME: "volley" }],
  ])("is true of %s", async (_what, environment) => {
    expect(await isOnThisMachine(redisSettingsOf(environment))).toBe(true);
  });

  it.each([
    ["another address", { REDIS_URL: "redis://192.0.2.1" }],
    ["another address by IPv6", { REDIS_URL: "redis://[2001:db8::1]" }],
    ["a name that nobody has", { REDIS_URL: "redis://redis.invalid" }],
    ["a Cluster with one node elsewhere", { REDIS_URL: "redis://127.0.0.1:7000,redis://192.0.2.1:7000" }],
    [
      "Sentinels elsewhere, whatever REDIS_URL says",
      { REDIS_URL: "redis://127.0.0.1", REDIS_SENTINELS: "192.0.2.1:26379", REDIS_MASTER_NAME: "volley" },
    ],
  ])("is false of %s", async (_what, environment) => {
    expect(await isOnThisMachine(redisSettingsOf(environment))).toBe(false);
  });
});
