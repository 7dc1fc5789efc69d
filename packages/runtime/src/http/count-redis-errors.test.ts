import { expect, it } from "@jest/globals";
import { connectRedis } from "../redis/connect-redis.ts";
import { readRedisSettings } from "../redis/redis-settings.ts";
import { createSettingsReader } from "../settings/settings-reader.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { countRedisErrors } from "./count-redis-errors.ts";
import { createMetrics } from "./create-metrics.ts";

async function counted(...errors: unknown[]): Promise<string[]> {
  const { registry } = createMetrics();
  const client = { on: (_event: string, hear: (error: unknown) => void) => errors.forEach(hear) };
  countRedisErrors(registry, client as unknown as Parameters<typeof countRedisErrors>[1]);
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("volley_redis_errors_total{"));
  return lines.filter((line) => !line.endsWith(" 0"));
}

function coded(code: string): Error {
  return Object.assign(new Error("connect"), { code });
}

it("has every kind from the start, at zero", async () => {
  const { registry } = createMetrics();
  const { client, close } = nowhere();
  countRedisErrors(registry, client);
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("volley_redis_errors_total{"));
  expect(lines).toHaveLength(9);
  close();
});

it("counts each try of a Redis that is not there", async () => {
  const { registry } = createMetrics();
  const { client, close } = nowhere();
  countRedisErrors(registry, client);
  const at = async (): Promise<number> => Number(/kind="not_reached"\} (\d+)/.exec(await registry.metrics())?.[1] ?? 0);
  await eventually(async () => (await at()) >= 2, "two tries");
  expect(await at()).toBeGreaterThanOrEqual(2);
  close();
});

it.each([
  [coded("ENOTFOUND"), "unknown_host"],
  [coded("ETIMEDOUT"), "timeout"],
  [coded("ECONNRESET"), "connection_lost"],
  [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "wrong_certificate"],
  [coded("ERR_TLS_CERT_ALTNAME_INVALID"), "wrong_certificate"],
  [new Error("WRONGPASS invalid username-password pair or user is disabled."), "login_refused"],
  [new Error("NOAUTH Authentication required."), "login_refused"],
  [new Error("LOADING Redis is loading the dataset in memory"), "loading"],
  [new Error("READONLY You can't write against a read only replica."), "no_primary"],
  [Object.assign(new Error("Failed to refresh slots cache."), { lastNodeError: coded("ECONNREFUSED") }), "not_reached"],
  [new Error("something 46701234567"), "other"],
  ["no error at all", "other"],
  [undefined, "other"],
])("%s is %s", async (error, kind) => {
  expect(await counted(error)).toEqual([`volley_redis_errors_total{kind="${kind}"} 1`]);
});

function nowhere(): { client: ReturnType<typeof connectRedis>; close: () => void } {
  const settings = readRedisSettings(createSettingsReader({ REDIS_URL: "redis://127.0.0.1:1" }));
  const client = connectRedis(settings, { role: "worker", name: "test" });
  return { client, close: () => client.disconnect() };
}
