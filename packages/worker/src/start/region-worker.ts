import { DEFAULT_REGION_LIMITS, EVENTS_KEPT, queueName, type RegionLimits } from "@volley/contract";
import { type Job, Queue, Worker, type WorkerOptions } from "bullmq";
import { tellFailed } from "../job/tell-send.ts";
import { complainRarely } from "../terms/complain-rarely.ts";
import { createRegionContext } from "./create-region-context.ts";
import { lockMsOf } from "../job/job-lock.ts";
import { endBetweenTries } from "./end-between-tries.ts";
import type { RegionOptions, Shared } from "./region-options.ts";
import { joinRegion } from "./join-region.ts";
import { leaveOutData } from "../redis/leave-out-data.ts";
import { liftStarving } from "../watch/lift-starving.ts";
import { watchLimits } from "../pace/limits-watch.ts";
import type { Stopped } from "../terms/own-pulling.ts";
import { traceJob } from "../process/trace-job.ts";
import { processSafely } from "../process/process-safely.ts";
import { type QueueWatch, watchQueue } from "../watch/queue-watch.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { Settings } from "../terms/settings.ts";
import { stopsInTime } from "./stops-in-time.ts";
import { watchSuspension } from "../watch/suspension-watch.ts";
import { watchResultsKept } from "../region/results-kept.ts";
import { startTakingOut } from "../change/take-out-round.ts";
import { trimResults } from "./trim-results.ts";
import { withDefaults } from "../terms/with-defaults.ts";

/** The worker of one region in this process. */
export type RegionWorker = {
  readonly region: string;
  readonly queue: Queue;
  readonly watch: QueueWatch;
  readonly isSuspended: () => boolean;
  readonly isRunning: () => boolean;
  /** Why this process picks up nothing; `null` while it does. */
  readonly stopped: () => Stopped | null;
  /** Picks up nothing more and waits for what is in flight. @throws when Redis was away for too long to write it down */
  readonly close: () => Promise<void>;
};

/** How often it is looked for jobs whose worker has lost them, in milliseconds. */
const LONGEST_STALL_MS = 2_000;

/** How often one job may take its worker down with it before it is set aside. BullMQ's own limit is one. */
const MOST_STALLS = 25;

/** A limit that limits nothing: BullMQ heeds `queue.rateLimit` only where a limiter is set (design measurements, B8). */
const NO_LIMIT = { max: 1e9, duration: 1_000 };

/** How long a worker rests before it looks whether its queue is still held, in milliseconds. */
const NOTICE_LIFTED_MS = 100;

/** Starts working on the queue of one region. @throws when it cannot start; nothing of it is left open then */
export async function startRegionWorker(options: RegionOptions, shared: Shared): Promise<RegionWorker> {
  const opened: (() => Promise<void> | void)[] = [];
  try {
    return await openRegionWorker(options, shared, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Closes what was opened last first. What cannot be closed keeps nothing else open. */
async function closeAll(opened: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of opened.toReversed()) await Promise.resolve(close()).catch(() => null);
}

async function openRegionWorker(
  options: RegionOptions,
  shared: Shared,
  opened: (() => Promise<void> | void)[],
): Promise<RegionWorker> {
  const { connection, prefix, settings, log } = shared;
  const { name: region, client, timeoutMs = client.timeoutMs } = options;
  const queue = openQueue(region, shared);
  opened.push(async () => queue.close());
  const limits = await watchLimits({ redis: connection, prefix, region, defaults: limitsOf(options), settings, log });
  const lockMs = lockMsOf(Math.max(timeoutMs, client.timeoutMs));
  const ownConcurrency = (): number => Math.min(limits.current().concurrency, settings.workerConcurrency);
  let isClosing = false;
  const results = await watchResultsKept({ redis: connection, queue, region, ...settings, log });
  opened.push(limits.close, results.close);
  const context = createRegionContext(options, shared, queue, { lockMs, limits, results, isClosing: () => isClosing });
  let worker: Worker | null = null;
  await limits.follow(async (changed, before) => {
    if (worker) worker.concurrency = ownConcurrency();
    await applyLimits(context, changed, before);
  });
  await trimResults(queue, results.current().count);
  const pull = { pulled: 0, ownActive: 0 };
  const started = createWorker(context, shared, { lockMs, concurrency: ownConcurrency(), pull });
  worker = started;
  opened.push(async () => started.close());
  await started.waitUntilReady();
  await endBetweenTries(started);
  const leaveRegion = await joinRegion(context, started);
  opened.push(leaveRegion);
  // Work that waits for others is not stuck.
  const pulling = { pull: () => pull, ownConcurrency: () => (context.pulling.stopped() ? 0 : ownConcurrency()) };
  const watch = watchQueue({ context, ...pulling, lookIntervalMs: settings.lookIntervalMs });
  const ends = [watchSuspension(context, settings.lookIntervalMs), liftStarving(context), startTakingOut(context)];
  return {
    region,
    queue,
    watch,
    isSuspended: context.guard.isSuspended,
    isRunning: () => started.isRunning(),
    stopped: context.pulling.stopped,
    close: async () => {
      isClosing = true;
      for (const end of [watch.close, limits.close, results.close, ...ends]) end();
      const hasStopped = await stopsInTime(context, started.close());
      leaveRegion();
      await queue.close();
      if (!hasStopped) throw leftUndone(context, pull.ownActive);
    },
  };
}

function leftUndone({ region, lockMs }: RegionContext, jobs: number): Error {
  return new Error(`${region}: Redis did not answer for ${lockMs} ms; jobs in hand: ${jobs}`);
}

function openQueue(region: string, { connection, skipVersionCheck, prefix, log }: Shared): Queue {
  const streams = { events: { maxLen: EVENTS_KEPT } };
  const queue = new Queue(queueName(region), { connection, skipVersionCheck, prefix, streams });
  queue.on("error", complainRarely(log, { region, message: "queue error" }));
  return queue;
}

type Pull = { pulled: number; ownActive: number };

function createWorker(
  context: RegionContext,
  { connection, skipVersionCheck, prefix, settings, room }: Shared,
  { lockMs, concurrency, pull }: { readonly lockMs: number; readonly concurrency: number; readonly pull: Pull },
): Worker {
  const { region } = context;
  const worker = new Worker(
    queueName(region),
    async (job: Job, token?: string) =>
      counted(pull, async () => traceJob(job, async () => processSafely(context, job, token ?? ""))),
    {
      connection: leaveOutData(connection, room.freely),
      skipVersionCheck,
      prefix,
      concurrency,
      ...workerOptions(settings, lockMs),
    },
  );
  tell(worker, context);
  return worker;
}

function limitsOf(options: RegionOptions): RegionLimits {
  const { rate, rateUnit, concurrency, burstMs, urgentShare } = withDefaults<RegionLimits>(
    DEFAULT_REGION_LIMITS,
    options,
  );
  return { rate, rateUnit, concurrency, burstMs, urgentShare };
}

/** Makes limits hold for all processes that somebody sets while they run. */
async function applyLimits(
  { pacer, queue, region, log }: RegionContext,
  limits: RegionLimits,
  before: RegionLimits | null,
): Promise<void> {
  await queue.setGlobalConcurrency(limits.concurrency);
  if (before !== null) {
    await pacer.lift();
    log.info({ region, ...limits }, "the region's limits have changed");
  }
}

function workerOptions({ keepResults }: Settings, lockMs: number): Omit<WorkerOptions, "connection"> {
  return {
    lockDuration: lockMs,
    // What a worker had in hand when Redis went away holds its slots until then; a look costs Redis next to nothing.
    stalledInterval: Math.min(lockMs / 2, LONGEST_STALL_MS),
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

async function counted<T>(pull: Pull, work: () => Promise<T>): Promise<T> {
  pull.pulled += 1;
  pull.ownActive += 1;
  try {
    return await work();
  } finally {
    pull.ownActive -= 1;
  }
}

function tell(worker: Worker, context: RegionContext): void {
  const { region, writes, observer, log } = context;
  const complain = complainRarely(log, { region, message: "worker error" });
  worker.on("error", (error) => {
    if (!writes.isRefusal(error)) complain(error);
  });
  worker.on("failed", (job, error) => {
    // One that is tried again has not failed.
    if (job && job.finishedOn === undefined) log.debug({ region, jobId: job.id, err: error }, "job waits again");
    else log.error({ region, jobId: job?.id, reason: error.message }, "job failed");
    // BullMQ itself sets a job aside that takes its workers down. Any other was told of before it failed.
    if (job?.finishedOn !== undefined) {
      tellFailed(context, job, error.message).catch((lost: unknown) => {
        log.debug({ region, jobId: job.id, err: lost }, "nobody was told that the job has failed");
      });
    }
  });
  const stalled: string[] = [];
  worker.on("stalled", (jobId) => {
    observer.lostWorker({ region });
    // Those that are found together are told together.
    if (stalled.push(jobId) > 1) return;
    setImmediate(() => {
      const jobIds = stalled.splice(0);
      const [first] = jobIds;
      log.warn({ region, jobId: first, jobs: jobIds.length }, "job lost its worker and waits again");
    });
  });
}
