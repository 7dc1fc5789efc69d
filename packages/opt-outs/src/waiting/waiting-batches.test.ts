import { afterAll, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { addWaiting, listWaiting, waitingBatchKey, waitingKey } from "./waiting-batches.ts";

const MOST = 20_000;

const redis = new Redis(testRedisUrl());
const place = { redis, prefix: ownPrefix(), region: "eu" };
const now = new Date();

afterAll(async () => {
  await dropPrefix(place.prefix);
  await redis.quit();
});

/** Writes one down. @param afterS - in how many seconds it is due */
async function add(batchId: string, afterS: number): Promise<boolean> {
  const times = { handedOverAt: now.getTime(), sendAt: now.getTime() + afterS * 1_000 };
  const job = { reference: batchId, jobId: "eu-1", sendId: "eu-1", part: null };
  return addWaiting(place, { batchId, ...job, ...times, to: ["46701234567"], out: [], late: [], counted: 0 }, now);
}

async function kept(): Promise<string[]> {
  return (await redis.keys(`${waitingBatchKey(place, "")}*`))
    .map((key) => key.slice(waitingBatchKey(place, "").length))
    .toSorted();
}

test("where too many wait, those that are due last are let go with all that is written of them", async () => {
  const others = Array.from({ length: MOST - 2 }, (_, index) => [now.getTime() + 60_000, `other-${index}`]);
  await redis.zadd(waitingKey(place), ...others.flat());
  expect([await add("first", 10), await add("last", 100)]).toEqual([true, true]);
  expect([await add("later", 200), await kept()]).toEqual([false, ["first", "last"]]);
  expect([await add("last", 100), await kept()]).toEqual([true, ["first", "last"]]);
  expect([await add("second", 20), await kept()]).toEqual([false, ["first", "second"]]);
  const due = await listWaiting(place);
  expect([due.size, due.has("second"), due.has("last")]).toEqual([MOST, true, false]);
});
