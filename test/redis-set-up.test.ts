import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createLogger, type RedisSetUp, watchRedisSetUp } from "@volley/runtime";
import { Redis } from "ioredis";
import { eventually } from "./stage/eventually.ts";

let local: LocalRedis;
let redis: Redis;
let lines: string[];
const watches: RedisSetUp[] = [];

beforeEach(async () => {
  local = await startRedis({ prefer: "server", persistence: true });
  redis = new Redis(local.url);
  lines = [];
});

afterEach(async () => {
  for (const { close } of watches.splice(0)) close();
  redis.disconnect();
  await local.stop();
});

async function watch(answer: "refuse" | "warn" = "refuse"): Promise<RedisSetUp> {
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const watching = await watchRedisSetUp(redis, { answer, log, intervalMs: 10 });
  watches.push(watching);
  return watching;
}

it("is content with one that appends and evicts nothing", async () => {
  const { verdict } = await watch();
  await pause(50);
  expect([verdict(), lines]).toEqual([{ ok: true }, []]);
});

it("is not ready as long as somebody lets Redis forget keys, and says so once", async () => {
  const { verdict } = await watch();
  await redis.config("SET", "maxmemory-policy", "allkeys-lru");
  await eventually(() => !verdict().ok, "the verdict");
  await pause(50);
  expect(verdict()).toMatchObject({ reason: expect.stringContaining("allkeys-lru") });
  await redis.config("SET", "maxmemory-policy", "noeviction");
  await eventually(() => verdict().ok, "the verdict afterwards");
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    "this Redis forgets keys when it is full: messages can be lost or sent twice",
    "this Redis forgets no keys when it is full",
  ]);
});

it("stays ready where that is wanted so", async () => {
  await redis.config("SET", "maxmemory-policy", "volatile-ttl");
  const { verdict } = await watch("warn");
  expect(verdict()).toEqual({ ok: true });
  expect(lines.join()).toContain("volatile-ttl");
});

it("warns of one without an append-only file", async () => {
  await redis.config("SET", "appendonly", "no");
  await watch();
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    "this Redis keeps no append-only file: what it holds is gone when it crashes",
  ]);
});

it("takes one that does not tell, and says so", async () => {
  await redis.acl("SETUSER", "default", "-info");
  const { verdict } = await watch();
  expect(verdict()).toEqual({ ok: true });
  expect(lines.join()).toContain("may not ask INFO");
});
