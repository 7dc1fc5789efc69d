import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import type { EventsOptions } from "./read-events.ts";

let prefix: string;
let redis: Redis;
let producer: Producer;
let written: number;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  producer = createProducer({ redis, prefix });
  written = 0;
});

afterEach(async () => {
  await producer.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

/** @returns the IDs */
async function write(count: number, type = "recipient.status"): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `evt_${(written += 1)}`);
  const pipeline = redis.pipeline();
  for (const id of ids) {
    const fields = ["id", id, "type", type, "at", "2026-11-30T14:00:00.000Z", "region", "eu", "data", "{}"];
    pipeline.xadd(`${prefix}:events`, "*", ...fields);
  }
  await pipeline.exec();
  return ids;
}

async function idsOf(wanted: EventsOptions): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = "0-0"; cursor !== null;) {
    const page = await producer.events({ ...wanted, cursor });
    expect(page.events.length).toBeLessThanOrEqual(wanted.limit ?? 1_000);
    ids.push(...page.events.map(({ id }) => id));
    ({ cursor } = page);
  }
  return ids;
}

it("has each event once, page by page, also those that come meanwhile, and later", async () => {
  expect(await producer.events()).toEqual({ events: [], cursor: null, later: "0-0", dropped: null });
  const ids = await write(25);
  const first = await producer.events({ limit: 20 });
  ids.push(...(await write(5)));
  const second = await producer.events({ limit: 20, cursor: first.cursor ?? "" });
  expect([...first.events, ...second.events].map(({ id }) => id)).toEqual(ids);
  expect(second.cursor).toBeNull();
  const [last] = await write(1);
  expect(await producer.events({ cursor: second.later })).toMatchObject({ events: [{ id: last }], cursor: null });
});

it.each([1, 3, 1_000])("has those of some types, however few of many these are, %i to a page", async (limit) => {
  const wanted = await write(2, "send.settled");
  await write(700);
  wanted.push(...(await write(1, "region.suspended")));
  await write(30);
  wanted.push(...(await write(1, "send.settled")));
  expect(await idsOf({ types: ["send.settled", "region.suspended"], limit })).toEqual(wanted);
});

it("has those since a time", async () => {
  await write(3);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const since = new Date().toISOString();
  const ids = await write(2);
  expect((await producer.events({ since })).events.map(({ id }) => id)).toEqual(ids);
});

it("says which events are missing where the cursor is older than what is kept", async () => {
  await write(10);
  const { cursor } = await producer.events({ limit: 2 });
  const entries = await redis.xrange(`${prefix}:events`, "-", "+");
  const gone = entries[6]?.[0] ?? "";
  await redis.xtrim(`${prefix}:events`, "MAXLEN", 3);
  await redis.hset(`${prefix}:events:outbox`, "gone", gone);
  const page = await producer.events({ cursor: cursor ?? "" });
  expect(page.events).toHaveLength(3);
  expect(page.dropped).toEqual({ from: timeOf(cursor ?? ""), to: timeOf(gone) });
  expect((await producer.events({ cursor: page.later })).dropped).toBeNull();
  expect((await producer.events()).dropped).toBeNull();
});

function timeOf(cursor: string): string {
  return new Date(Number(cursor.split("-")[0])).toISOString();
}

it("is not had by what is no cursor, type or time", async () => {
  await expect(producer.events({ cursor: "yesterday" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_CURSOR" });
  await expect(producer.events({ types: ["mistyped" as "send.settled"] })).rejects.toThrow("events.types: expected");
  await expect(producer.events({ since: "yesterday" })).rejects.toThrow("events.since: expected a time as ISO-8601");
});
