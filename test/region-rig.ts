import { JOB_NAME, queueName, type RegionLimits, sendResultSchema, type SendResult } from "@volley/contract";
import { type Emulator, startEmulator } from "@volley/emulator";
import { createSinchClient, type SinchClient } from "@volley/sinch";
import { type Observer, type Settings, startVolleyWorker, type VolleyWorker } from "@volley/worker";
import { type Job, type JobsOptions, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { eventually } from "./stage/eventually.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";

/** How a worker of the rig differs from the usual one. */
type RigWorkerOptions = {
  readonly settings?: Partial<Settings>;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  readonly client?: SinchClient;
  readonly observer?: Observer;
  readonly memoryBytes?: number;
  readonly suppressionSecret?: string;
  readonly limits?: Partial<RegionLimits>;
  /** The worker's clock. @default the system's */
  readonly now?: () => Date;
  /** From 0 to 1, how long a back-off is. @default 0 */
  readonly random?: number;
};

/** The region `eu` of a Volley of its own: a queue, an emulator and as many workers as a test wants. */
export type RegionRig = {
  readonly region: "eu";
  readonly prefix: string;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly emulator: Emulator;
  /** What the workers said: `level: message`. */
  readonly lines: string[];
  /** A client of the emulator, closed with the rig. */
  readonly client: (timeoutMs?: number) => SinchClient;
  /** Back-offs last 1 ms, the hold of an unknown outcome 150 ms and the wait between two probes 20 ms unless told otherwise. */
  readonly startWorker: (options?: RigWorkerOptions) => Promise<VolleyWorker>;
  /** Puts a job on the queue as a client in another language would. */
  readonly add: (data: unknown, options?: JobsOptions) => Promise<Job>;
  /** The result of a job once it is completed. @throws when it failed */
  readonly resultOf: (id: string | undefined) => Promise<SendResult>;
  /** Why a job failed, once it has. */
  readonly failureOf: (id: string | undefined) => Promise<string>;
  /** Picks the next job up and keeps it; `free` gives it back to the queue like a worker that died without a note. */
  readonly pickUp: () => Promise<PickedUp>;
  readonly close: () => Promise<void>;
};

/** A job that a test has picked up. */
type PickedUp = {
  readonly job: Job;
  readonly free: () => Promise<void>;
  /** Leaves it as a worker does that died some time ago: its lock has run out, and BullMQ's last look has noticed. */
  readonly leave: () => Promise<void>;
};

/** A text to some recipients, as it may stand in a job. */
export function textTo(...to: string[]): { from: string; to: string[]; body: string } {
  return { from: "12015550123", to, body: "Hi" };
}

/** As many numbers as wanted, each another. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + index));
}

/**
 * Starts a rig; whoever does closes it.
 *
 * @param redisUrl - default: the Redis of the test run
 */
export async function startRegionRig(redisUrl = testRedisUrl()): Promise<RegionRig> {
  const region = "eu";
  const prefix = ownPrefix();
  const emulator = await startEmulator();
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(queueName(region), { connection: redis, prefix });
  const workers: VolleyWorker[] = [];
  const lines: string[] = [];
  const say = (level: string) => (_fields: object, message: string) => void lines.push(`${level}: ${message}`);
  const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  const clients: SinchClient[] = [];
  const client = (timeoutMs = 5_000): SinchClient => {
    const created = createSinchClient({
      baseUrl: emulator.url,
      servicePlanId: "plan-eu",
      apiToken: "token",
      timeoutMs,
    });
    clients.push(created);
    return created;
  };
  const ended = async (id: string | undefined): Promise<Job> =>
    eventually(async () => {
      const job = await queue.getJob(String(id));
      return job?.finishedOn !== undefined && job;
    }, `the end of job ${id}`);

  return {
    region,
    prefix,
    redis,
    queue,
    emulator,
    lines,
    client,
    startWorker: async ({
      settings,
      timeoutMs = 5_000,
      concurrency = 10,
      observer,
      memoryBytes,
      suppressionSecret,
      limits,
      now,
      random = 0,
      ...options
    } = {}) => {
      const worker = await startVolleyWorker({
        redis,
        prefix,
        log,
        regions: [{ name: region, client: options.client ?? client(timeoutMs), concurrency, timeoutMs, ...limits }],
        settings: { unknownHoldMs: 150, probeIntervalMs: 20, ...settings },
        random: () => random,
        ...(observer && { observer }),
        ...(memoryBytes !== undefined && { memoryBytes }),
        ...(suppressionSecret !== undefined && { suppressionSecret }),
        ...(now && { now }),
      });
      workers.push(worker);
      return worker;
    },
    add: async (data, options) => queue.add(JOB_NAME, data, options),
    resultOf: async (id) => {
      const job = await ended(id);
      if (await job.isFailed()) throw new Error(`job ${id} failed: ${job.failedReason}`);
      return sendResultSchema.parse(job.returnvalue);
    },
    failureOf: async (id) => (await ended(id)).failedReason,
    pickUp: async () => pickUp(queue, prefix, redis),
    close: async () => {
      await Promise.all(workers.map(async (worker) => worker.close()));
      for (const { close } of clients) close();
      await queue.close();
      await emulator.close();
      await dropPrefix(prefix, redisUrl);
      redis.disconnect();
    },
  };
}

async function pickUp(queue: Queue, prefix: string, redis: Redis): Promise<PickedUp> {
  const token = "somebody else";
  const worker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  const job: Job | undefined = await worker.getNextJob(token, { block: false });
  if (!job) throw new Error("there is no job to pick up");
  return {
    job,
    free: async () => {
      await job.moveToDelayed(Date.now(), token);
      await worker.close();
    },
    leave: async () => {
      const id = String(job.id);
      await redis
        .multi()
        .sadd(queue.toKey("stalled"), id)
        .del(`${queue.toKey(id)}:lock`)
        .exec();
      await worker.close();
    },
  };
}
