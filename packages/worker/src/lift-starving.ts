import { liftedKey } from "@volley/contract";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { Log } from "./log.ts";

/** What is needed to look after parts. */
export type LiftStarvingOptions = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  readonly region: string;
  readonly queue: Queue;
  readonly now: () => Date;
  readonly log: Log;
  /** How long the first part may wait behind other jobs, in milliseconds. @default 5000 */
  readonly starvesAfterMs?: number;
  /** @default 1000 */
  readonly lookIntervalMs?: number;
};

/** Nobody waits for a campaign with bated breath, but it has to go on. */
const STARVES_AFTER_MS = 5_000;

const LOOK_INTERVAL_MS = 1_000;

/** The first part of a queue, as it was seen at a time. */
type Head = { readonly id: string; readonly since: number };

/**
 * Looks after the parts of long sends. BullMQ takes jobs without a priority first, always: sends of one part overtake long
 * ones, which is as it should be, but a flood of them would never let a part through. So when the first part has waited
 * for a while during which other jobs were waiting too, it is put in front of them: one part in that time and region,
 * over all processes.
 *
 * @returns ends it
 */
export function liftStarving(options: LiftStarvingOptions): () => void {
  const { region, log, now, starvesAfterMs = STARVES_AFTER_MS, lookIntervalMs = LOOK_INTERVAL_MS } = options;
  let head: Head | null = null;
  const look = async (): Promise<void> => {
    const id = await starvingCandidate(options);
    if (id === null || id !== head?.id) {
      head = id === null ? null : { id, since: now().getTime() };
      return;
    }
    if (now().getTime() - head.since < starvesAfterMs) return;
    head = null;
    if (await lift(options, id, starvesAfterMs)) log.debug({ region, jobId: id }, "a part goes before shorter sends");
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.debug({ region, err: error }, "the queue's parts could not be looked at"));
  }, lookIntervalMs);
  return () => clearInterval(timer);
}

/** The first part, where other jobs wait beside it. A queue that is paused starves nobody. */
async function starvingCandidate({ redis, queue }: LiftStarvingOptions): Promise<string | null> {
  const [others, first, isPaused] = await Promise.all([
    redis.llen(queue.toKey("wait")),
    redis.zrange(queue.toKey("prioritized"), "0", "0"),
    queue.isPaused(),
  ]);
  return others === 0 || isPaused ? null : (first[0] ?? null);
}

async function lift(
  { redis, prefix, region, queue }: LiftStarvingOptions,
  id: string,
  forMs: number,
): Promise<boolean> {
  const isFirst = (await redis.set(liftedKey(prefix, region), id, "PX", forMs, "NX")) === "OK";
  const job = isFirst ? await queue.getJob(id) : undefined;
  if (!job) return false;
  await job.changePriority({ priority: 0, lifo: true });
  return true;
}
