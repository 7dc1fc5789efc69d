import { fileURLToPath } from "node:url";
import { partId, stageKey } from "@volley/contract";
import { startRedis } from "@volley/local-redis";
import { eventually } from "../stage/eventually.ts";
import { setUpStage, type Stage } from "../stage/stage.ts";
import { peakBytesOf, residentBytesOf } from "./process-cost.ts";

/** What is measured. */
export type PlanRun = { readonly parts: number };

/** What one step of a send has cost. */
type StepReport = {
  readonly seconds: number;
  /** The worker's memory at the end of the step, and the most it had until then. */
  readonly residentMb: number;
  readonly peakMb: number;
  /** Redis's longest calls in milliseconds, each with its beginning. */
  readonly longestCalls: readonly string[];
};

/** What planning and settling a send of so many parts has cost. */
export type PlanReport = PlanRun & { readonly planned: StepReport; readonly settled: StepReport };

/** Calls of Redis that take longer than this are looked at, in microseconds. */
const SLOW_US = 500;

/** Parts whose end is written in one call. */
const PAGE = 1_000;

/**
 * Measures what planning a staged send and settling it costs, with as many parts as wanted and nobody to send to: the
 * queue is paused as soon as the send is picked up, and its parts are made to have ended.
 *
 * It needs a Redis of its own in VOLLEY_TEST_REDIS_URL, and built applications.
 */
export async function measurePlanning({ parts }: PlanRun): Promise<PlanReport> {
  const stage = await setUpStage();
  try {
    await stage.redis.config("SET", "slowlog-log-slower-than", String(SLOW_US), "slowlog-max-len", "10000");
    const queue = stage.queue("us");
    await stagePieces(stage, parts);
    const { pid } = await stage.startWorker();
    const planned = await step(stage, pid, async () => {
      const staged = { id: "plan-run", recipients: parts * 1_000 };
      await queue.add("send", { from: "Volley", body: "Hello", staged }, { jobId: "plan-run" });
      await eventually(async () => (await queue.getJobState("plan-run")) === "active", "the planning");
      await queue.pause();
      await patiently(async () => (await queue.getJobState("plan-run")) === "waiting-children");
    });
    await endParts(stage, parts);
    const settled = await step(stage, pid, async () => {
      await stage.redis.zrem(queue.toKey("waiting-children"), "plan-run");
      await stage.redis.rpush(queue.toKey("wait"), "plan-run");
      await queue.resume();
      await patiently(async () => (await queue.getJobState("plan-run")) === "completed");
    });
    return { parts, planned, settled };
  } finally {
    await stage.close();
  }
}

async function step(stage: Stage, pid: number, work: () => Promise<void>): Promise<StepReport> {
  await stage.redis.slowlog("RESET");
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const calls = (await stage.redis.slowlog("GET", 10_000)) as [number, number, number, string[]][];
  const longest = calls
    .map(([, , us, words]) => ({ us, name: words.join(" ").replace(/\s+/g, " ").slice(0, 60) }))
    .toSorted((one, other) => other.us - one.us)
    .slice(0, 5);
  return {
    seconds,
    residentMb: megabytes(residentBytesOf(pid)),
    peakMb: megabytes(peakBytesOf(pid)),
    longestCalls: longest.map(({ us, name }) => `${us / 1_000} ms ${name}`),
  };
}

/** Pieces that nobody reads: the planner only counts them. */
async function stagePieces({ redis, prefix }: Stage, parts: number): Promise<void> {
  for (let first = 0; first < parts; first += PAGE) {
    const pieces = Array.from({ length: Math.min(PAGE, parts - first) }, (_, at) => [String(first + at), "1"]).flat();
    await redis.hset(stageKey(prefix, "plan-run"), ...pieces);
  }
}

/** Leaves behind what a worker leaves behind that has sent all parts. */
async function endParts({ queue, redis }: Stage, parts: number): Promise<void> {
  const us = queue("us");
  const key = us.toKey("plan-run");
  for (let first = 0; first < parts; first += PAGE) {
    const indexes = Array.from({ length: Math.min(PAGE, parts - first) }, (_, at) => first + at);
    const keys = indexes.map((part) => us.toKey(partId("plan-run", part)));
    await redis.hset(`${key}:processed`, ...keys.flatMap((each, at) => [each, resultOf(indexes[at] ?? 0)]));
    await redis.srem(`${key}:dependencies`, ...keys);
    await redis.unlink(...keys);
  }
  await redis.unlink(us.toKey("prioritized"));
}

function resultOf(part: number): string {
  const nobody = { duplicate: 0, rejected: 0, suppressed: 0, expired: 0, canceled: 0, unknown: 0 };
  const batch = { id: `01HEAWCHESCXG8SD${part}`, part, recipients: 1_000, accepted_at: new Date().toISOString() };
  return JSON.stringify({
    state: "accepted",
    region: "us",
    recipients: { requested: 1_000, accepted: 1_000, ...nobody },
    batches: [{ ...batch, adopted: false }],
    rejected: [],
    errors: [],
  });
}

/** A hundred thousand parts take longer than what a test waits for. */
async function patiently(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = process.argv.slice(2).map(Number);
  const redis = await startRedis({ prefer: "server" });
  process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
  for (const parts of sizes.length > 0 ? sizes : [100, 1_000, 10_000, 100_000]) {
    console.log(JSON.stringify(await measurePlanning({ parts }), null, 2));
  }
  await redis.stop();
}
