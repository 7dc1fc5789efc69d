import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { keepLooking } from "../terms/keep-looking.ts";
import type { Log } from "../terms/log.ts";
import type { Settings } from "../terms/settings.ts";

/** How many results of a region are kept now. */
export type ResultsKept = {
  /** In seconds, and in jobs that ended in the same way. */
  readonly current: () => { readonly age: number; readonly count: number };
  readonly close: () => void;
};

/** What is needed to watch them. */
type Watching = {
  readonly redis: Redis | Cluster;
  readonly queue: Queue;
  readonly region: string;
  readonly keepResults: Settings["keepResults"];
  readonly log: Log;
  /** How often they are weighed, in milliseconds. @default 60000 */
  readonly intervalMs?: number;
};

const INTERVAL_MS = 60_000;

/** Results that are weighed each time: the last ones, of which Redis is asked for the bytes. */
const WEIGHED = 20;

/**
 * Fields of a key that Redis weighs before it reckons the others. A job has fewer, so that it is weighed whole: of Redis' own
 * five, the result itself may not be one.
 */
const SAMPLES = 100;

/** What a result weighs as long as none has been weighed, in bytes. */
const GUESSED_BYTES = 2_000;

/** So many are kept however much they weigh: a status is asked for right after the end. */
const LEAST = 1_000;

/**
 * Keeps as many results as the bytes are good for that they may take. BullMQ counts: so the last of them are weighed now and
 * then, with what belongs to each (its log, the results of its parts).
 */
export async function watchResultsKept({
  redis,
  queue,
  region,
  keepResults,
  log,
  intervalMs = INTERVAL_MS,
}: Watching): Promise<ResultsKept> {
  const { age, bytes, count: most } = keepResults;
  let count = countFor(GUESSED_BYTES, bytes, most);
  const weigh = async (): Promise<void> => {
    const each = await bytesOfEach(redis, queue);
    if (each === null) return;
    count = countFor(each, bytes, most);
    log.debug({ region, count, bytesOfEach: Math.ceil(each) }, "results are kept");
  };
  const onError = (error: unknown): void => log.debug({ region, err: error }, "the results could not be weighed");
  await weigh().catch(onError);
  return { current: () => ({ age, count }), close: keepLooking(weigh, intervalMs, onError) };
}

function countFor(each: number, bytes: number, most: number): number {
  return Math.min(most, Math.max(LEAST, Math.floor(bytes / each)));
}

/** @returns what one of the last results weighs on average; `null` where there is none, or Redis does not say */
async function bytesOfEach(redis: Redis | Cluster, queue: Queue): Promise<number | null> {
  const ids = await redis.zrevrange(queue.toKey("completed"), 0, WEIGHED - 1);
  const weights = await Promise.all(
    ids.map(async (id) => {
      const keys = ["", ":logs", ":processed"].map((suffix) => `${queue.toKey(id)}${suffix}`);
      const parts = await Promise.all(keys.map(async (key) => redis.memory("USAGE", key, "SAMPLES", SAMPLES)));
      return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    }),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? null : total / weights.length;
}
