import { cancelKey, queueName } from "@volley/contract";
import { createProducer, type DuplicatesOption, type Enqueued, type Producer, type SendToMany } from "@volley/producer";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";

/** A producer whose clock a test passes, and what it has put into Redis. No worker takes anything away. */
export type DuplicatesRig = {
  readonly prefix: string;
  readonly redis: Redis;
  /** Of the region eu. */
  readonly queue: Queue;
  readonly producer: Producer;
  readonly now: () => Date;
  readonly pass: (hours: number) => void;
  /** Enqueues with the option, by default as it is by default; `null` for none. Each call has a key of its own. */
  readonly enqueue: (
    send: SendToMany,
    duplicates?: DuplicatesOption | null,
    target?: { readonly region?: string; readonly key?: string },
  ) => Promise<Enqueued>;
  /** How many sends are on the queue of eu. */
  readonly jobs: () => Promise<number>;
  /** Keys of the prefix that go on like this. */
  readonly keys: (rest: string) => Promise<string[]>;
  /** Writes down that a send is canceled, which no worker sees. */
  readonly cancel: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const HOUR_MS = 60 * 60 * 1_000;

export const SEND = { from: "Volley", to: people(0, 5), body: "The doors open at seven." };

/** Sets it up. */
export function setUpDuplicates(): DuplicatesRig {
  const prefix = ownPrefix();
  const redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  const queue = new Queue(queueName("eu"), { connection: redis, prefix });
  let now = new Date();
  let calls = 0;
  const routes = { prefixes: { "46": "eu" }, default: "us" };
  const producer = createProducer({ redis: testRedisUrl(), prefix, routes, now: () => now });
  return {
    prefix,
    redis,
    queue,
    producer,
    now: () => now,
    pass: (hours) => {
      now = new Date(now.getTime() + hours * HOUR_MS);
    },
    enqueue: async (send, duplicates = {}, { region = "eu", key = `key ${(calls += 1)}` } = {}) => {
      return producer.enqueue(send, { region, idempotencyKey: key, ...(duplicates !== null && { duplicates }) });
    },
    jobs: async () => (await queue.getJobs(["waiting", "delayed", "prioritized"])).length,
    keys: async (rest) => redis.keys(`${prefix}:${rest}`),
    cancel: async (id) => {
      const timestamp = (await queue.getJob(id))?.timestamp ?? 0;
      await redis.set(cancelKey(prefix, "eu", { id, timestamp }), "1");
    },
    close: async () => {
      await producer.close();
      await queue.close();
      await dropPrefix(prefix);
      redis.disconnect();
    },
  };
}

/** Numbers one after the other. */
export function people(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(46_700_000_000 + first + index));
}

/** The same people as a stream. */
export async function* inPages(to: readonly string[]): AsyncGenerator<string[]> {
  for (let first = 0; first < to.length; first += 700) yield to.slice(first, first + 700);
}
