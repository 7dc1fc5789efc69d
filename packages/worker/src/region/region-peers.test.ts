import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createRegionPeers, type RegionPeers } from "./region-peers.ts";

let redis: Redis;
let prefix: string;
let ann: RegionPeers;
let ben: RegionPeers;

beforeEach(() => {
  redis = new Redis(testRedisUrl());
  prefix = ownPrefix();
  ann = createRegionPeers(redis, prefix, "eu");
  ben = createRegionPeers(redis, prefix, "eu");
});

afterEach(async () => {
  await dropPrefix(prefix);
  await redis.quit();
});

it("counts the processes of a region, and those that are refused", async () => {
  expect(await ann.say(true)).toEqual({ processes: 1, refused: 1 });
  expect(await ben.say(false)).toEqual({ processes: 2, refused: 1 });
  expect(await ben.say(true)).toEqual({ processes: 2, refused: 2 });
  expect(await ann.say(false)).toEqual({ processes: 2, refused: 1 });
});

it("knows nothing of other regions", async () => {
  await createRegionPeers(redis, prefix, "us").say(true);
  expect(await ann.say(false)).toEqual({ processes: 1, refused: 0 });
});

it("forgets who leaves, and lets nobody come back who has left", async () => {
  await ann.say(true);
  await ben.say(false);
  await ann.leave();
  await ann.say(true);
  expect(await ben.say(false)).toEqual({ processes: 1, refused: 0 });
});

it("forgets who has died, by Redis' clock", async () => {
  await ann.say(true);
  const passed = Date.now() - 60_000;
  for (const key of await redis.keys(`${prefix}:*processes:eu`)) {
    const [member] = await redis.zrange(key, 0, "-1");
    await redis.zadd(key, passed, member ?? "");
  }
  expect(await ben.say(false)).toEqual({ processes: 1, refused: 0 });
});

it("is gone when nobody has the region any more", async () => {
  await ann.say(true);
  const ttls = await Promise.all((await redis.keys(`${prefix}:*`)).map(async (key) => redis.pttl(key)));
  expect(ttls).toHaveLength(2);
  for (const ttl of ttls) expect(ttl).toBeGreaterThan(0);
});
