import { randomUUID } from "node:crypto";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  limitsKey,
  processesKey,
  servedRegionsKey,
} from "@volley/contract";
import { type Emulator, type EmulatorOptions, startEmulator } from "@volley/emulator";
import { type Job, Queue } from "bullmq";
import { type Cluster, Redis } from "ioredis";
import { testRedisUrl } from "../own-prefix.ts";
import { eventually } from "./eventually.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

/** A send may lose its worker, wait until its lock has run out, be asked about and sent by another one. */
const LONGEST_SEND_MS = 50_000;

/** The parts of a test that are the same in all of them: a Redis of the run, an emulator, and worker processes. */
export type Stage = {
  readonly emulator: Emulator;
  /** BullMQ's prefix, of this stage alone. */
  readonly prefix: string;
  readonly redisUrl: string;
  readonly redis: Redis;
  /** What a worker needs to work on the regions with the emulator as its provider. */
  readonly environment: Readonly<Record<string, string>>;
  /** The queue of a region, as any BullMQ client would open it. */
  readonly queue: (region: string) => Queue;
  /** @param added - variables beside {@link Stage.environment} */
  readonly startWorker: (added?: Readonly<Record<string, string>>) => Promise<WorkerProcess>;
  /** Waits until a job has ended, in whichever way. */
  readonly ended: (job: Job) => Promise<Job>;
  readonly close: () => Promise<void>;
};

/** What a stage is set up with. */
export type StageOptions = {
  readonly regions?: readonly string[];
  readonly emulator?: EmulatorOptions;
  /** Whether workers have said that they work on the regions, before one is started: `volley send` refuses others. */
  readonly hadWorkers?: boolean;
  /** @default the Redis of the test run */
  readonly redisUrl?: string;
};

/** Sets up a stage. `close` ends everything that it started, worker processes too. */
export async function setUpStage(options: StageOptions = {}): Promise<Stage> {
  const { regions = ["us"], redisUrl = testRedisUrl(), hadWorkers = false } = options;
  const prefix = `{volley-test-${randomUUID()}}`;
  const emulator = await startEmulator({ plans: plansOf(regions), ...options.emulator });
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  if (hadWorkers) await sayWereServed(redis, prefix, regions);
  const queues = new Map<string, Queue>();
  const workers: WorkerProcess[] = [];
  const environment = { REDIS_URL: redisUrl, ...environmentOf(regions, { prefix, baseUrl: emulator.url }) };
  const queue = (region: string): Queue => {
    const opened = queues.get(region) ?? new Queue(`volley-${region}`, { connection: redis, prefix });
    queues.set(region, opened);
    return opened;
  };
  return {
    emulator,
    prefix,
    redisUrl,
    redis,
    environment,
    queue,
    startWorker: async (added = {}) => {
      const worker = await startWorkerProcess({ ...environment, ...added });
      workers.push(worker);
      return worker;
    },
    ended: async (job) =>
      eventually(
        async () => endedJob(queue(regionOf(job)), String(job.id)),
        `the end of job ${job.id}`,
        LONGEST_SEND_MS,
      ),
    close: async () => {
      await Promise.all(workers.map(async (worker) => worker.stop()));
      await Promise.all([...queues.values()].map(async (opened) => opened.close()));
      await redis.quit();
      await emulator.close();
    },
  };
}

/** Says of regions what workers say at their start, and go on saying. */
export async function sayServed(redis: Redis | Cluster, prefix: string, regions: readonly string[]): Promise<void> {
  await sayWereServed(redis, prefix, regions);
  for (const region of regions)
    await redis.zadd(processesKey(prefix, region), Date.now() + 3_600_000, "worker of a test");
}

/** Says of regions what is left of workers that have ended. */
async function sayWereServed(redis: Redis | Cluster, prefix: string, regions: readonly string[]): Promise<void> {
  for (const region of regions) {
    await redis.sadd(servedRegionsKey(prefix), region);
    await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region), ...defaultArguments(DEFAULT_REGION_LIMITS));
  }
}

/** The keys of a stage, beside what {@link sayServed} has written. */
export async function keysOf({ redis, prefix }: Pick<Stage, "redis" | "prefix">): Promise<string[]> {
  const keys = await redis.keys(`${prefix.replaceAll(/[[\]*?]/g, "\\$&")}:*`);
  return keys.filter((key) => !/:(?:limits:\w+|processes:\w+|served-regions)$/.test(key));
}

/** The service plan of each region, with its token. */
export function plansOf(regions: readonly string[]): Record<string, string> {
  return Object.fromEntries(regions.map((region) => [`${region}-plan`, `${region}-token`]));
}

/** What a worker needs beside its Redis, with the plans that {@link plansOf} names. */
export function environmentOf(
  regions: readonly string[],
  { prefix, baseUrl }: { readonly prefix: string; readonly baseUrl: string },
): Record<string, string> {
  const variables = regions.flatMap((region) => {
    const name = `VOLLEY_${region.toUpperCase()}`;
    return [
      [`${name}_SERVICE_PLAN_ID`, `${region}-plan`],
      [`${name}_API_TOKEN`, `${region}-token`],
      [`${name}_BASE_URL`, baseUrl],
    ];
  });
  return {
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: regions.join(","),
    // Tests count requests.
    VOLLEY_INBOUNDS_AGAIN_HOURS: "0",
    ...Object.fromEntries(variables),
  };
}

function regionOf(job: Job): string {
  return job.queueName.replace(/^volley-/, "");
}

async function endedJob(queue: Queue, id: string): Promise<Job | null> {
  const state = await queue.getJobState(id);
  // Read after its state: a job that was read before may lack its result.
  return state === "completed" || state === "failed" ? ((await queue.getJob(id)) ?? null) : null;
}
