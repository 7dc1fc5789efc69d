import { afterAll, beforeEach, expect, test } from "@jest/globals";
import { valuesOfNumbers } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createNumbering } from "../terms/numbering.ts";
import { type ListKeys, listKeys } from "./list-keys.ts";
import { watchList } from "./list-watch.ts";
import { openSuppressionList, placeOf, type SuppressionList } from "./suppression-list.ts";

const ANN = "46701234567";
const BOB = "46701234568";

const redis = new Redis(testRedisUrl());
const numbering = createNumbering();
const prefixes: string[] = [];
let prefix: string;
let list: SuppressionList;

beforeEach(() => {
  prefix = ownPrefix();
  prefixes.push(prefix);
  list = openSuppressionList({ redis, prefix, numbering });
});

afterAll(async () => {
  for (const each of prefixes) await dropPrefix(each);
  await redis.quit();
});

function entry(number: string) {
  return { number, scope: "all", kind: "stop", at: new Date(), who: "inbound", why: "STOP" } as const;
}

test.each([
  ["of the changes", (_: string, keys: ListKeys) => keys.log],
  ["of the last entry", (last: string) => last],
])("a call that fails at a key %s that somebody else has made has added nobody", async (_, keyOf) => {
  const watch = watchList({ redis, prefix, numbering });
  await watch.upTo("");
  const { bucket } = placeOf({ prefix, numbering }, { number: BOB, scope: "all" });
  const key = keyOf(bucket, listKeys(prefix));
  await redis.set(key, "somebody else's");
  await expect(list.add([entry(ANN), entry(BOB)])).rejects.toThrow("WRONGTYPE");
  await redis.del(key);
  expect(await list.add([entry(ANN), entry(BOB)])).toEqual(["added", "added"]);
  await watch.upTo(null);
  const from = { region: "eu", sender: "12015550123" };
  expect(watch.among(() => valuesOfNumbers([ANN, BOB]), from)).toEqual([0, 1]);
});

test("does not go on where Redis has gone back to a version that it has held, or to none", async () => {
  let nowMs = 0;
  const watch = watchList({ redis, prefix, numbering, now: () => nowMs });
  await watch.upTo("");
  await list.add([entry(ANN)]);
  await watch.upTo(null);
  const before = (await redis.get(watch.head)) ?? "";
  await list.add([entry(BOB)]);
  await watch.upTo(null);
  // A step that was answered a moment ago.
  await watch.upTo(before);
  nowMs += 1_000;
  await redis.set(watch.head, before);
  await expect(watch.upTo(before)).rejects.toThrow("is older than what this worker has read");
  await redis.del(watch.head);
  await expect(watch.upTo("")).rejects.toThrow("has lost its version");
});
