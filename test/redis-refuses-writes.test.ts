import { readlink, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import type { Job } from "bullmq";
import type { Redis } from "ioredis";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { startRedisAddress } from "./stage/redis-address.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";
import { spawnWorker, type WorkerProcess } from "./stage/worker-process.ts";

/** How Redis is made to refuse writes, and how it is mended. */
type Refusal = {
  readonly code: string;
  readonly begin: (redis: Redis, local: LocalRedis) => Promise<unknown>;
  readonly end: (redis: Redis) => Promise<unknown>;
};

const REFUSALS: readonly Refusal[] = [
  {
    code: "OOM",
    begin: async (redis) => redis.config("SET", "maxmemory", "1"),
    end: async (redis) => redis.config("SET", "maxmemory", "0"),
  },
  {
    code: "NOREPLICAS",
    begin: async (redis) => redis.config("SET", "min-replicas-to-write", "1"),
    end: async (redis) => redis.config("SET", "min-replicas-to-write", "0"),
  },
  {
    code: "READONLY",
    begin: async (redis) => redis.replicaof("127.0.0.1", 1),
    end: async (redis) => redis.replicaof("NO", "ONE"),
  },
  {
    code: "MISCONF",
    begin: async (redis, local) => {
      await redis.config("SET", "save", "3600 1");
      // As a full disk: it can be read and not be written to.
      await rm(await readlink(`/proc/${local.pid}/cwd`), { recursive: true });
      await redis.bgsave();
    },
    end: async (redis) => redis.config("SET", "stop-writes-on-bgsave-error", "no"),
  },
  {
    code: "NOAUTH",
    begin: async (redis) => {
      await redis.config("SET", "requirepass", "another");
      await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    },
    end: async (redis) => redis.config("SET", "requirepass", ""),
  },
];

const CONCURRENCY = 5;

/** A job of parts, which BullMQ picks up in another way than those that wait in line. */
const PARTS = 30;

let local: LocalRedis;
let stage: Stage;
let worker: WorkerProcess;

beforeEach(async () => {
  local = await startRedis({ prefer: "server" });
  stage = await setUpStage({ redisUrl: local.url });
  stage.emulator.faults.add({ times: null, match: { method: "POST" }, action: { kind: "latency", ms: 100 } });
  worker = await stage.startWorker({ VOLLEY_US_CONCURRENCY: String(CONCURRENCY), VOLLEY_UNKNOWN_HOLD_MS: "500" });
});

afterEach(async () => {
  await stage.close();
  await local.stop();
});

describe("while Redis refuses writes", () => {
  it.each(REFUSALS)("a worker sends nothing that it cannot write down: $code", async ({ code, begin, end }) => {
    const large = people(PARTS * 1_000);
    const single = people(100, 1_000_000);
    const jobs = await stage.queue("us").addBulk([send(large), ...single.map((number) => send([number]))]);
    await eventually(() => stage.emulator.stats().batches >= 10, "the first batches");

    await begin(stage.redis, local);
    const before = { requests: stage.emulator.requests().length, lines: worker.log().length };
    await eventually(
      async () => (await readiness()).reason?.includes(`Redis refuses writes (${code})`),
      "no readiness",
    );
    await pause(3_000);

    expect(stage.emulator.requests().length - before.requests).toBeLessThanOrEqual(4 * CONCURRENCY);
    const lines = worker.log().slice(before.lines);
    expect(lines.filter(({ msg }) => String(msg).startsWith("Redis refuses writes"))).toHaveLength(1);
    expect(lines.filter(({ msg }) => msg !== "settled").length).toBeLessThanOrEqual(10);
    expect((await fetch(`${worker.url()}/livez`)).status).toBe(200);
    expect(await (await fetch(`${worker.url()}/metrics`)).text()).toMatch(refusals(code));

    await end(stage.redis);
    const ended = await Promise.all(jobs.map(stage.ended));
    expect(ended.map(stateOf)).toEqual(jobs.map(() => "accepted"));
    expect([...large, ...single].filter((number) => stage.emulator.timesTexted(number) !== 1)).toEqual([]);
    expect(ended.filter(({ failedReason }) => failedReason)).toEqual([]);
    expect(worker.log().filter(({ msg }) => msg === "job failed")).toEqual([]);
    await eventually(async () => (await readiness()).ok, "readiness");
  });
});

it("a primary that is demoted is left for the one that has its address now", async () => {
  const next = await startRedis({ prefer: "server" });
  const address = await startRedisAddress(local.url);
  const moved = await setUpStage({ redisUrl: next.url });
  try {
    await moved.startWorker({ REDIS_URL: address.url });
    address.leadTo(next.url);
    const { hostname, port } = new URL(next.url);
    await stage.redis.replicaof(hostname, Number(port));
    const job = await moved.queue("us").add("send", send(people(1)).data);
    expect(stateOf(await moved.ended(job))).toBe("accepted");
    expect(moved.emulator.timesTexted(people(1)[0] ?? "")).toBe(1);
  } finally {
    await moved.close();
    await address.close();
    await next.stop();
  }
});

it("a worker that has nothing to do notices it, and its end", async () => {
  await stage.redis.config("SET", "maxmemory", "1");
  await eventually(() => hasSaid(worker, "Redis refuses writes"), "a word of it");
  await stage.redis.config("SET", "maxmemory", "0");
  await eventually(() => hasSaid(worker, "Redis takes writes again"), "a word of its end");
  expect(await readiness()).toEqual({ ok: true });
});

it("a worker that starts meanwhile waits, and does not end", async () => {
  await stage.redis.config("SET", "maxmemory", "1");
  const late = spawnWorker(stage.environment);
  try {
    await eventually(() => hasSaid(late, "Redis refuses writes"), "a word of it");
    expect((await fetch(`${late.url()}/readyz`)).status).toBe(503);
    expect((await fetch(`${late.url()}/livez`)).status).toBe(200);
    await stage.redis.config("SET", "maxmemory", "0");
    await eventually(() => late.log().some(({ msg }) => msg === "started"), "a started worker");
  } finally {
    await late.stop();
  }
});

function hasSaid(process: WorkerProcess, words: string): boolean {
  return process.log().some(({ msg }) => String(msg).startsWith(words));
}

function send(to: readonly string[]): { name: string; data: object } {
  return { name: "send", data: { from: "Volley", to, body: "Hello" } };
}

function stateOf({ returnvalue }: Job): string {
  return (returnvalue as { state: string }).state;
}

function refusals(code: string): RegExp {
  return new RegExp(`^volley_redis_refusals_total\\{[^}]*code="${code}"[^}]*\\} [1-9]`, "m");
}

async function readiness(): Promise<{ ok: boolean; reason?: string }> {
  return (await (await fetch(`${worker.url()}/readyz`)).json()) as { ok: boolean; reason?: string };
}
