import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import type { RedisClient } from "@volley/runtime";
import { redisSettingsOf } from "../redis/redis-settings-of.ts";
import { withRedis } from "../redis/with-redis.ts";
import { requireOwnRedis } from "./require-own-redis.ts";

const NEVER = new AbortController().signal;

let server: LocalRedis;

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
});

beforeEach(async () => on(async (client) => client.flushall()));

afterAll(async () => server.stop());

function settings() {
  return redisSettingsOf({ REDIS_URL: server.url });
}

async function on(work: (client: RedisClient) => Promise<unknown>): Promise<void> {
  await withRedis(settings(), work);
}

describe("requireOwnRedis", () => {
  it.each([
    ["nothing"],
    ["keys of something else", "session:volley-ball:1", "bull:mail:meta", "volley-eu:meta"],
    ["queues of development", "{volley-dev}:volley-eu:meta", "{volley-demo-1}:volley-us:id"],
  ])("passes one with %s", async (_what, ...keys) => {
    for (const key of keys) await on(async (client) => client.hset(key, "field", "value"));
    await expect(requireOwnRedis(settings(), NEVER)).resolves.toBeUndefined();
  });

  it.each(["meta", "wait", "delayed", "completed"])(
    "refuses one where a queue has nothing but its %s",
    async (name) => {
      await on(async (client) => client.hset(`bull:volley-gulf-2:${name}`, "field", "value"));
      await expect(requireOwnRedis(settings(), NEVER)).rejects.toThrow(/another Volley \(prefix bull\)/);
    },
  );

  it("refuses one with more keys than it looks through", async () => {
    const fill = 'for index = 1, ARGV[1] do redis.call("SET", index, "") end';
    await on(async (client) => client.eval(fill, 0, 1_000_000));
    await expect(requireOwnRedis(settings(), NEVER)).resolves.toBeUndefined();
    await on(async (client) => client.set("one more", ""));
    await expect(requireOwnRedis(settings(), NEVER)).rejects.toThrow(/holds more than 1,000,000 keys: unset REDIS_URL/);
  });

  it("says of one that is not there what to do", async () => {
    const nobody = redisSettingsOf({ REDIS_URL: "redis://127.0.0.1:1" });
    await expect(requireOwnRedis(nobody, NEVER, 200)).rejects.toThrow(
      /expected a Redis that answers at redis:\/\/127\.0\.0\.1:1\/0 .*; unset REDIS_URL and one is started here$/,
    );
  });

  it("ends the look when it is interrupted", async () => {
    await expect(requireOwnRedis(settings(), AbortSignal.abort(new Error("interrupted")))).rejects.toThrow(
      "interrupted",
    );
  });
});
