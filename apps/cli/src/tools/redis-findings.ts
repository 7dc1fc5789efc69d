import type { RedisClient } from "@volley/runtime";
import { type Finding, FOUND } from "./finding.ts";

/** Asked so often; the middle one counts. */
const PINGS = 5;

/** A worker makes a few calls for each request: more than this for one of them slows it down, in milliseconds. */
const SLOW_MS = 20;

/** Clocks that differ by more make times of sends and of callbacks doubtful, in milliseconds. */
const CLOCK_MS = 5_000;

/** How Redis is: its version, whether it forgets, whether it keeps what it has, how fast it answers, and its clock. */
export async function redisFindings(redis: RedisClient): Promise<Finding[]> {
  return [...(await setUpOf(redis)), await latencyOf(redis), await clockOf(redis)];
}

async function setUpOf(redis: RedisClient): Promise<Finding[]> {
  const info = await redis.info().catch(() => null);
  if (info === null) {
    const todo = "allow the user INFO, or look at maxmemory-policy and appendonly yourself";
    return [FOUND.warn("redis", "it does not say how it is set up", todo)];
  }
  const said = (name: string): string => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1] ?? "unknown";
  const [version, policy, isAppending] = [said("redis_version"), said("maxmemory_policy"), said("aof_enabled")];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [
    major > 6 || (major === 6 && minor >= 2)
      ? FOUND.ok("redis version", version)
      : FOUND.fail("redis version", version, "use 6.2 or newer"),
    policy === "noeviction"
      ? FOUND.ok("redis eviction", "it forgets nothing when it is full")
      : FOUND.fail(
          "redis eviction",
          `maxmemory-policy ${policy}: it may forget sends`,
          "set maxmemory-policy noeviction",
        ),
    isAppending === "1"
      ? FOUND.ok("redis persistence", "it keeps an append-only file")
      : FOUND.warn("redis persistence", "what it holds is gone when it crashes", "set appendonly yes"),
  ];
}

async function latencyOf(redis: RedisClient): Promise<Finding> {
  const times: number[] = [];
  for (let ping = 0; ping < PINGS; ping += 1) {
    const start = performance.now();
    await redis.ping();
    times.push(performance.now() - start);
  }
  const middle = times.toSorted((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
  const said = `${middle.toFixed(1)} ms`;
  if (middle <= SLOW_MS) return FOUND.ok("redis latency", said);
  return FOUND.warn("redis latency", said, "run Volley in the network that Redis is in");
}

async function clockOf(redis: RedisClient): Promise<Finding> {
  const [seconds] = await redis.time();
  const differenceMs = Math.abs(Date.now() - Number(seconds) * 1_000);
  if (differenceMs <= CLOCK_MS) return FOUND.ok("clock", "that of Redis and this one agree");
  const said = `that of Redis and this one differ by ${Math.round(differenceMs / 1_000)} s`;
  return FOUND.warn("clock", said, "let both follow a time server");
}
