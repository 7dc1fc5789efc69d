import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { noticeSinceKey, regionNoticeKey } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { postNotice } from "./post-notice.ts";

const prefix = ownPrefix();
const key = regionNoticeKey(prefix, "eu");

let redis: Redis;

beforeAll(() => {
  redis = new Redis(testRedisUrl());
});

beforeEach(async () => void (await redis.del(key, noticeSinceKey(key))));

afterAll(async () => {
  await dropPrefix(prefix);
  redis.disconnect();
});

it("says since when it was said first, however often and by whomever it is said again", async () => {
  const [first, second] = [new Date("2026-12-01T09:00:00Z"), new Date("2026-12-01T09:05:00Z")];
  await postNotice(redis, key, { notice: "backs off: http_503", forMs: 20_000, now: first });
  await postNotice(redis, key, { notice: "backs off: timeout", forMs: 40_000.4, now: second });
  expect(await redis.mget(key, noticeSinceKey(key))).toEqual(["backs off: timeout", first.toISOString()]);
  expect(await redis.pttl(noticeSinceKey(key))).toBeGreaterThan(await redis.pttl(key));
});

it("takes both back", async () => {
  await postNotice(redis, key, { notice: "suspended", forMs: 20_000, now: new Date() });
  await postNotice(redis, key, { notice: null, forMs: 0, now: new Date() });
  expect(await redis.exists(key, noticeSinceKey(key))).toBe(0);
});
