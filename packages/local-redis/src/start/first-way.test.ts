import { expect, test } from "@jest/globals";

import { firstWay } from "./first-way.ts";
import { givenRedis } from "./given-redis.ts";
import type { Attempt } from "../redis/local-redis.ts";

const fails = (reason: string) => async (): Promise<Attempt> => ({ kind: "unavailable", reason });
const neverAsked = async (): Promise<Attempt> => Promise.reject(new Error("a later way was tried"));
const redis = givenRedis("redis://127.0.0.1:6379");

test("takes the first way that works and says why the ones before it did not", async () => {
  const said: string[] = [];
  const works = async (): Promise<Attempt> => ({ kind: "started", redis });
  await expect(firstWay([fails("no server"), works, neverAsked], (sentence) => said.push(sentence))).resolves.toBe(
    redis,
  );
  expect(said).toEqual(["Redis: no server."]);
});

test("ends with one sentence of all the reasons and what to install", async () => {
  await expect(firstWay([fails("no server"), fails("no engine")], () => {})).rejects.toMatchObject({
    code: "no_redis",
    message: expect.stringMatching(
      /^Volley needs a Redis: no server; no engine\. Install one .*redis-server.*REDIS_URL\.$/,
    ),
  });
});
