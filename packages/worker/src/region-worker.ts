import { DEFAULT_REGION_LIMITS, EVENTS_KEPT, queueName, type RegionLimits } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import { type Job, Queue, Worker, type WorkerOptions } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { createRegionContext } from "./create-region-context.ts";
import { lockMsOf } from "./job-lock.ts";
import { liftStarving } from "./lift-starving.ts";
import { watchLimits } from "./limits-watch.ts";
import type { Log } from "./log.ts";
import type { Observer } from "./observer.ts";
import { processSafely } from "./process-safely.ts";
import { type QueueWatch, watchQueue } from "./queue-watch.ts";
import type { RedisMemory } from "./redis-memory.ts";
import type { RegionContext } from "./region-context.ts";
import type { Settings } from "./settings.ts";
import { watchSuspension } from "./suspension-watch.ts";
import { trimResults } from "./trim-results.ts";
import { withDefaults } from "./with-defaults.ts";

/** One region and its limits. What an operator sets in Redis goes before the limits that stand here. */
export type RegionOptions = Partial<Omit<RegionLimits, "concurrency">> & {
  /** The region's name. */
  readonly name: string;
  readonly client: SinchClient;
  /** Requests in flight over all processes. */
  readonly concurrency: number;
  /** Deadline of one request in milliseconds, for which locks are made. @default the client's own, which is the least */
  readonly timeoutMs?: number;
};

/** What the workers of all regions of a process share. */
export type Shared = {
  readonly connection: Redis | Cluster;
  readonly prefix: string;
  readonly settings: Settings;
  readonly memory: RedisMemory;
  readonly log: Log;
  readonly observer: Observer;
  readonly now: () => Date;
  readonly random: () => number;
};

/** The worker of one region in this process. */
export type RegionWorker = {
  readonly region: string;
  readonly queue: Queue;
  readonly watch: QueueWatch;
  readonly isSuspended: () => boolean;
  readonly isRunning: () => boolean;
  /** Picks up nothing more and waits for what is in flight. */
  readonly close: () => Promise<void>;
};

/** How often one job may take its worker down with it before it is set aside. BullMQ's own limit is one. */
const MOST_STALLS = 25;

/** A limit that limits nothing: BullMQ heeds `queue.rateLimit` only where a limiter is set (design measurements, B8). */
const NO_LIMIT = { max: 1e9, duration: 1_000 };

/** How long a worker rests before it looks whether its queue is still held, in milliseconds. */
const NOTICE_LIFTED_MS = 100;

/** Starts working on the queue of one region. */
export async function startRegionWorker(options: RegionOptions, shared: Shared): Promise<RegionWorker> {
  const { connection, prefix, settings, log } = shared;
  const { name: region, client, timeoutMs = client.timeoutMs } = options;
  const name = queueName(region);
  const queue = new Queue(name, { connection, prefix, streams: { events: { maxLen: EVENTS_KEPT } } });
  queue.on("error", (error) => log.warn({ region, err: error }, "queue error"));
  const limits = await watchLimits({ redis: connection, prefix, region, defaults: limitsOf(options), log });
  await queue.setGlobalConcurrency(limits.current().concurrency);
  await trimResults(queue, settings.keepResults.count);

  const lockMs = lockMsOf(Math.max(timeoutMs, client.timeoutMs));
  const ownConcurrency = (): number => Math.min(limits.current().concurrency, settings.workerConcurrency);
  let isClosing = false;
  const context = createRegionContext(options, shared, queue, { lockMs, limits, isClosing: () => isClosing });
  const pull = { pulled: 0, ownActive: 0 };
  const worker = new Worker(
    name,
    async (job: Job, token?: string) => counted(pull, async () => processSafely(context, job, token ?? "")),
    { connection, prefix, concurrency: ownConcurrency(), ...workerOptions(settings, lockMs) },
  );
  tell(worker, region, log);
  follow(context, () => {
    worker.concurrency = ownConcurrency();
  });
  await worker.waitUntilReady();
  const pulling = { pull: () => pull, ownConcurrency };
  const watch = watchQueue({ context, prefix, ...pulling, lookIntervalMs: settings.lookIntervalMs });
  const endSuspensionWatch = watchSuspension(context, prefix, settings.lookIntervalMs);
  const endLifting = liftStarving({ ...context, prefix });
  return {
    region,
    queue,
    watch,
    isSuspended: context.guard.isSuspended,
    isRunning: () => worker.isRunning(),
    close: async () => {
      isClosing = true;
      watch.close();
      endSuspensionWatch();
      endLifting();
      limits.close();
      await worker.close();
      await queue.close();
    },
  };
}

function limitsOf(options: RegionOptions): RegionLimits {
  const { rate, rateUnit, concurrency, burstMs, urgentShare } = withDefaults<RegionLimits>(
    DEFAULT_REGION_LIMITS,
    options,
  );
  return { rate, rateUnit, concurrency, burstMs, urgentShare };
}

/** Lets this process follow the limits that somebody sets while it runs. */
function follow({ limits, pacer, queue, region, observer, log }: RegionContext, onChange: () => void): void {
  observer.limited({ region, limits: limits.current() });
  limits.listen((changed) => {
    onChange();
    log.info({ region, ...changed }, "the region's limits have changed");
    observer.limited({ region, limits: changed });
    Promise.all([queue.setGlobalConcurrency(changed.concurrency), pacer.lift()]).catch((error: unknown) =>
      log.warn({ region, err: error }, "the region's concurrency could not be set, or its hold not lifted"),
    );
  });
}

function workerOptions({ keepResults }: Settings, lockMs: number): Omit<WorkerOptions, "connection"> {
  return {
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: MOST_STALLS,
    // A process that stops leaves its slots without a word: another one looks for work again after this many seconds.
    drainDelay: 1,
    runRetryDelay: 1_000,
    limiter: NO_LIMIT,
    // A hold that was lifted is noticed after this long.
    maximumRateLimitDelay: NOTICE_LIFTED_MS,
    removeOnComplete: keepResults,
    removeOnFail: keepResults,
  };
}

async function counted<T>(pull: { pulled: number; ownActive: number }, work: () => Promise<T>): Promise<T> {
  pull.pulled += 1;
  pull.ownActive += 1;
  try {
    return await work();
  } finally {
    pull.ownActive -= 1;
  }
}

function tell(worker: Worker, region: string, log: Log): void {
  worker.on("error", (error) => log.warn({ region, err: error }, "worker error"));
  worker.on("failed", (job, error) => log.error({ region, jobId: job?.id, reason: error.message }, "job failed"));
  worker.on("stalled", (jobId) => log.warn({ region, jobId }, "job lost its worker and waits again"));
}
