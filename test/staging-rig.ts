import { queueName, readPiece, type StagedPiece, stageKey } from "@volley/contract";
import {
  createProducer,
  type Enqueued,
  type EnqueueOptions,
  type Producer,
  type RecipientSource,
} from "@volley/producer";
import { type Job, Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { eventually } from "./stage/eventually.ts";

/** A producer, and what it leaves in Redis; no worker is there to take it away. */
export type StagingRig = {
  readonly prefix: string;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly producer: Producer;
  /** Enqueues {@link STAGED_MESSAGE} to some recipients in {@link EU}. */
  readonly enqueue: (to: RecipientSource, options?: Partial<EnqueueOptions>) => Promise<Enqueued>;
  /** The only job there is. @throws Error when there are more */
  readonly onlyJob: () => Promise<Job>;
  /** The stage of a job, in its order. */
  readonly piecesOf: (job: Job) => Promise<StagedPiece[]>;
  /** The keys of all stages. */
  readonly stages: () => Promise<string[]>;
  /** Waits for the first piece of a stage. @returns its key */
  readonly firstStage: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export const STAGED_MESSAGE = { from: "Volley", body: "Hi ${name}!", parameters: { name: { default: "there" } } };

export const EU = { region: "eu", idempotencyKey: "spring" };

/** Opens a rig with a prefix of its own. */
export function openStagingRig(): StagingRig {
  const prefix = ownPrefix();
  const redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const queue = new Queue(queueName("eu"), { connection: redis, prefix });
  const producer = createProducer({ redis: testRedisUrl(), prefix });
  return {
    prefix,
    redis,
    queue,
    producer,
    enqueue: async (to, options) => producer.enqueue({ ...STAGED_MESSAGE, to }, { ...EU, ...options }),
    onlyJob: async () => {
      const [job, ...others] = await queue.getJobs();
      if (!job || others.length > 0) throw new Error(`expected one job, got ${others.length + (job ? 1 : 0)}`);
      return job;
    },
    piecesOf: async (job) => {
      const stored = await redis.hgetall(stageKey(prefix, job.data.staged.id));
      return Object.keys(stored).map((_, index) => {
        const piece = readPiece(stored[String(index)] ?? "");
        if (piece === null) throw new Error(`piece ${index} cannot be read`);
        return piece;
      });
    },
    stages: async () => redis.keys(stageKey(prefix, "*")),
    firstStage: async () => eventually(async () => (await redis.keys(stageKey(prefix, "*")))[0], "a stage"),
    close: async () => {
      await producer.close();
      await queue.close();
      await dropPrefix(prefix);
      redis.disconnect();
    },
  };
}

/** Numbers that nobody owns, each once, one after the other. */
export function* numbers(count: number, first = 0): Generator<string> {
  for (let index = first; index < first + count; index += 1) yield String(46_990_000_000 + index);
}

/** The same from an async source. */
export async function* slowly<Entry>(entries: Iterable<Entry>): AsyncGenerator<Entry> {
  yield* entries;
}
