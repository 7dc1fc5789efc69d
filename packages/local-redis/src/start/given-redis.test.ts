import { expect, test } from "@jest/globals";

import { givenRedis } from "./given-redis.ts";

test("names host and port, and never the password", () => {
  const redis = givenRedis("redis://user:secret@10.0.0.7:6380/2");
  expect(redis.url).toBe("redis://user:secret@10.0.0.7:6380/2");
  expect(redis.how).toBe("the Redis that was given at 10.0.0.7:6380");
});

test("names no node of a list", () => {
  expect(givenRedis("redis://:secret@10.0.0.7:6380,redis://:secret@10.0.0.8:6380").how).not.toContain("secret");
});

test("leaves a Redis that is not ours alone", async () => {
  const redis = givenRedis("redis://127.0.0.1:1");
  await expect(redis.stop()).resolves.toBeUndefined();
  await expect(redis.kill()).rejects.toMatchObject({ code: "not_ours" });
  await expect(redis.restart()).rejects.toMatchObject({ code: "not_ours" });
});
