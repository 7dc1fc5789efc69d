import { paceKey } from "@volley/contract";
import { keepLooking } from "../terms/keep-looking.ts";
import type { RegionContext } from "../region/region-context.ts";
import { isNotPulling, type QueueLook } from "./is-not-pulling.ts";

/** What this process does with its queue. */
type Pull = {
  /** Jobs picked up since the start. */
  readonly pulled: number;
  /** Jobs worked on now. */
  readonly ownActive: number;
};

/** What a watch needs to know. */
export type QueueWatchOptions = {
  readonly context: Pick<RegionContext, "queue" | "redis" | "prefix" | "region" | "limits" | "log">;
  /** The limit of this process. */
  readonly ownConcurrency: () => number;
  readonly pull: () => Pull;
  /** How often the queue is looked at, in milliseconds. */
  readonly lookIntervalMs: number;
};

/** A region whose pace was used a moment ago is at work: then it is chance which of its processes picks a job up. */
const PACE_GOES_ON_MS = 1_000;

/** Watches whether a worker pulls while work waits. */
export type QueueWatch = {
  /** Since when work waits that the worker does not pull; `null` while all is well. */
  readonly stuckSince: () => Date | null;
  readonly close: () => void;
};

/**
 * Looks at a queue every few seconds. A worker that has silently stopped pulling looks healthy from everywhere else,
 * and people have found it weeks later (peers, pain 6).
 */
export function watchQueue(options: QueueWatchOptions): QueueWatch {
  let before: QueueLook | null = null;
  let stuckSince: Date | null = null;

  const look = async (): Promise<void> => {
    const current = await lookAt(options);
    stuckSince = before && isNotPulling(before, current) ? (stuckSince ?? before.at) : null;
    before = current;
  };
  // A queue that cannot be read says nothing about the worker: restarting it would not bring Redis back.
  const end = keepLooking(look, options.lookIntervalMs, (error) => {
    options.context.log.debug({ err: error }, "the queue could not be looked at");
  });
  return { stuckSince: () => stuckSince, close: end };
}

async function lookAt({ context, ownConcurrency, pull }: QueueWatchOptions): Promise<QueueLook> {
  const { queue, redis, prefix, region, limits } = context;
  const [counts, isPaused, holdMs, usedUpUntil] = await Promise.all([
    queue.getJobCounts("wait", "prioritized", "active"),
    queue.isPaused(),
    queue.getRateLimitTtl(),
    redis.hget(paceKey(prefix, region), "tat"),
  ]);
  return {
    at: new Date(),
    waiting: (counts["wait"] ?? 0) + (counts["prioritized"] ?? 0),
    active: counts["active"] ?? 0,
    concurrency: limits.current().concurrency,
    ownConcurrency: ownConcurrency(),
    isPaused,
    isHeld: holdMs > 0 || Number(usedUpUntil) > Date.now() - PACE_GOES_ON_MS,
    ...pull(),
  };
}
