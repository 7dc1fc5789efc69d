import { fileURLToPath } from "node:url";
import { startRedis } from "@volley/local-redis";
import { QueueEvents } from "bullmq";
import { eventually } from "../stage/eventually.ts";
import { type Arrival, type Pace, paceOf } from "../stage/pace-of.ts";
import { people } from "../stage/people.ts";
import { setUpStage, type Stage } from "../stage/stage.ts";

/** What is measured. */
export type PaceRun = {
  /** Recipients per second over all workers. */
  readonly rate: number;
  readonly seconds: number;
  /** Worker processes. */
  readonly workers: number;
  /** How long the provider takes to answer, in milliseconds. @default 20 */
  readonly latencyMs?: number;
  /** Requests in flight. @default the workers' own, 10 */
  readonly concurrency?: number;
  /** Milliseconds of the rate in one request. @default the workers' own, 1,000 */
  readonly burstMs?: number;
  /** Recipients of one long send that waits beside the mixed ones. @default 0 */
  readonly backlog?: number;
};

/** What was measured. */
export type PaceReport = Pace & {
  /** Jobs that workers picked up per second, whether something was sent of them or not. */
  readonly pickUpsPerSecond: number;
  /** Recipients that came to the provider in each second. */
  readonly perSecond: readonly number[];
};

/**
 * Measures how a region's pace is kept by several worker processes, with sends of mixed sizes from 1 to 1,000, on the
 * provider's clock. It needs a Redis in VOLLEY_TEST_REDIS_URL, and built applications.
 */
export async function measurePace(run: PaceRun): Promise<PaceReport> {
  const { rate, seconds, workers, latencyMs = 20, concurrency = 10, backlog = 0, burstMs } = run;
  const stage = await setUpStage({ emulator: { latencyMs } });
  const { hostname, port } = new URL(stage.redisUrl);
  const events = new QueueEvents("volley-us", {
    prefix: stage.prefix,
    connection: { host: hostname, port: Number(port) },
  });
  await events.waitUntilReady();
  try {
    const limits = {
      VOLLEY_US_RECIPIENTS_PER_SECOND: String(rate),
      VOLLEY_US_CONCURRENCY: String(concurrency),
      ...(burstMs !== undefined && { VOLLEY_US_BURST_MS: String(burstMs) }),
    };
    await Promise.all(Array.from({ length: workers }, async () => stage.startWorker(limits)));
    // Processes that are starting, and a provider that is kept from its clock by this one, would be measured otherwise.
    await stage.queue("us").pause();
    if (backlog > 0) await addInSends(stage, backlog);
    await addMixed(stage, Math.max(0, rate * (seconds + 2) - backlog));
    let pickUps = 0;
    events.on("active", () => {
      pickUps += 1;
    });
    await stage.queue("us").resume();
    const first = await eventually(() => stage.emulator.requests().find(isBatch)?.at, "the first request");
    await new Promise((resolve) => setTimeout(resolve, first + seconds * 1_000 - Date.now()));
    const pickUpsPerSecond = pickUps / seconds;
    const arrivals = stage.emulator.requests().filter(isBatch);
    return { ...paceOf(arrivals, rate, seconds), pickUpsPerSecond, perSecond: perSecondOf(arrivals, seconds) };
  } finally {
    await events.close();
    await stage.close();
  }
}

function perSecondOf(arrivals: readonly Arrival[], seconds: number): number[] {
  const sums = Array.from({ length: seconds }, () => 0);
  for (const { at, recipients } of arrivals) {
    const second = Math.floor((at - (arrivals[0]?.at ?? at)) / 1_000);
    if (second < seconds) sums[second] = (sums[second] ?? 0) + recipients;
  }
  return sums;
}

function isBatch({ method }: { readonly method: string }): boolean {
  return method === "POST";
}

/** Sizes from 1 to 1,000 that are the same in every run; small ones are as frequent as large ones. */
async function addMixed(stage: Stage, recipients: number): Promise<void> {
  const sizes = [1, 1_000, 7, 250, 1, 613, 40, 1, 999, 120, 3, 777, 1, 58, 431, 2, 860, 15];
  const jobs: Promise<unknown>[] = [];
  for (let left = recipients, at = 0; left > 0; at += 1) {
    const size = Math.min(left, sizes[at % sizes.length] ?? 1);
    left -= size;
    jobs.push(stage.queue("us").add("send", { from: "Volley", to: people(size, left), body: "Hello" }));
  }
  await Promise.all(jobs);
}

async function addInSends(stage: Stage, recipients: number): Promise<void> {
  const MOST = 100_000;
  for (let left = recipients; left > 0; left -= MOST) {
    const to = people(Math.min(MOST, left), 1_000_000_000 + left);
    await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rate = 1_000, seconds = 60, workers = 4, concurrency = 10, backlog = 0, burstMs = 50] = process.argv
    .slice(2)
    .map(Number);
  const redis = await startRedis({ prefer: "server" });
  process.env["VOLLEY_TEST_REDIS_URL"] = redis.url;
  console.log(JSON.stringify(await measurePace({ rate, seconds, workers, concurrency, backlog, burstMs }), null, 2));
  await redis.stop();
}
