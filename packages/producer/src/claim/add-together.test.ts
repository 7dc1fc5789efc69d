import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { queueName, sendId } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createQueueAccess, type QueueAccess } from "../redis/queue-access.ts";
import { createRedisLink } from "../redis/redis-link.ts";
import { type Addition, addOnce } from "./add-with-claims.ts";
import { findClaim, isClaimed } from "./claim.ts";

let prefix: string;
let redis: Redis;
let queue: Queue;
let access: QueueAccess;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  access = createQueueAccess(createRedisLink(redis, 30_000), prefix);
});

afterEach(async () => {
  await access.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

const GOING_ON = async (): Promise<void> => {};

function additionOf(key: string, changes: Partial<Addition> = {}): Addition {
  const id = sendId("eu", key);
  return {
    region: "eu",
    id,
    data: { from: "Volley", to: ["46701234567"], body: "Hi" },
    delayMs: 0,
    claims: new Map([[id, { print: "abcdefghijkl", what: id }]]),
    listed: { kind: "send", whole: null, requested: 1, valid: 1 },
    rememberForMs: 60_000,
    rememberKeys: 1_000,
    ...changes,
  };
}

describe("additions at the same time", () => {
  it("travel in few transactions, are each done once, and answer who comes second", async () => {
    const keys = Array.from({ length: 240 }, (_, index) => String(index % 120));
    const transactions = jest.spyOn(redis, "multi");
    const added = await Promise.all(keys.map(async (key) => addOnce(access, additionOf(key), GOING_ON)));
    expect(added.filter(({ kind }) => kind === "added")).toHaveLength(120);
    expect(added.filter(({ kind }) => kind === "taken")).toHaveLength(120);
    expect(await queue.getWaitingCount()).toBe(120);
    expect(transactions.mock.calls.length).toBeLessThan(60);
  });

  it("do not suffer from one that nobody waits for any more, that cannot be written, or that Redis does not take", async () => {
    const circular: Record<string, unknown> = { from: "Volley", to: ["46701234567"], body: "Hi" };
    circular["self"] = circular;
    const asked = [
      addOnce(access, additionOf("a"), GOING_ON),
      addOnce(access, additionOf("given up"), async () => Promise.reject(new Error("given up"))),
      addOnce(access, additionOf("b", { data: circular as unknown as Addition["data"] }), GOING_ON),
      addOnce(access, additionOf("c"), GOING_ON),
      addOnce(access, additionOf("d", { stage: { key: `${prefix}:none`, pieces: 3, keepMs: 1_000 } }), GOING_ON),
    ];
    const ended = (await Promise.allSettled(asked)).map((one) =>
      one.status === "fulfilled" ? one.value.kind : (one.reason as Error).message.split("\n")[0],
    );
    expect(ended).toEqual(["added", "given up", "Converting circular structure to JSON", "added", "incomplete"]);
    expect(new Set((await queue.getWaiting()).map(({ id }) => id))).toEqual(
      new Set([sendId("eu", "a"), sendId("eu", "c")]),
    );
    expect(await redis.keys(`${prefix}:${queueName("eu")}:eu-*`)).toHaveLength(2);
  });
});

it("finds what a key stands for, however many look, and whenever they begin", async () => {
  const ids = Array.from({ length: 500 }, (_, index) => sendId("eu", String(index)));
  await Promise.all(ids.map(async (_, index) => addOnce(access, additionOf(String(index)), GOING_ON)));
  const found = await Promise.all(
    ids.map(async (id, index) => {
      for (let turn = 0; turn < index % 5; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
      return (await findClaim(access, { id, region: "eu" }))?.what === id;
    }),
  );
  expect(found.every(Boolean)).toBe(true);
  expect(await isClaimed(access, { id: sendId("eu", "none"), region: "eu" })).toBe(false);
});
