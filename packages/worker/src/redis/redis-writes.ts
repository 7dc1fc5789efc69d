import { setTimeout as pause } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";
import type { Log } from "../terms/log.ts";
import type { Observer } from "../terms/observer.ts";
import type { OwnPulling } from "../terms/own-pulling.ts";
import { writeRefusalOf } from "./write-refusal.ts";

/** What it takes to notice that Redis refuses writes, and that it takes them again. */
export type RedisWritesOptions = {
  readonly region: string;
  readonly redis: Redis | Cluster;
  /** A key to try whether Redis takes writes; it is there for a moment only. */
  readonly key: string;
  readonly pulling: OwnPulling;
  readonly isClosing: () => boolean;
  readonly log: Log;
  readonly observer: Observer;
};

/** Whether Redis takes what this process writes. */
export type RedisWrites = {
  /** Looks at an error. Where Redis has refused a write, nothing more is picked up. @returns whether it has */
  readonly isRefusal: (error: unknown) => boolean;
  /** Waits until Redis takes writes, no longer than so many milliseconds. @returns whether it does */
  readonly untilTaken: (mostMs: number) => Promise<boolean>;
  /** Where nothing is picked up: tries a write, and goes on when it is taken. */
  readonly tryOut: () => Promise<void>;
};

/** How often it is looked whether it is time for a try, in milliseconds. */
export const TRY_INTERVAL_MS = 500;

/**
 * A Redis that is full to the brim takes one write and refuses the next: nothing is picked up for at least so long, and
 * twice as long each time while that happens again within {@link SAME_TROUBLE_MS}.
 */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;
const SAME_TROUBLE_MS = 60_000;

const LOOK_MS = 100;

const KEPT_MS = 10_000;

/**
 * While Redis refuses writes, what a worker does cannot be written down: it would text people and not know it. So it picks
 * up nothing, says so once, and tries a write of its own until one is taken.
 */
export function createRedisWrites(options: RedisWritesOptions): RedisWrites {
  const { region, redis, key, pulling, isClosing, log, observer } = options;
  let restMs = FIRST_REST_MS;
  let restsUntil = 0;
  let wentOnAt = Number.NEGATIVE_INFINITY;
  const isStopped = (): boolean => pulling.isStoppedFor("redis");
  const isRefusal = (error: unknown): boolean => {
    const code = writeRefusalOf(error);
    if (code === null) return false;
    observer.redisRefused({ region, code });
    if (!pulling.stop("redis", `Redis refuses writes (${code})`)) return true;
    const nowMs = performance.now();
    restMs = nowMs - wentOnAt < SAME_TROUBLE_MS ? Math.min(LONGEST_REST_MS, 2 * restMs) : FIRST_REST_MS;
    restsUntil = nowMs + restMs;
    log.error({ region, code }, "Redis refuses writes: nothing is picked up until it takes them again");
    observer.stoodAside({ region, reason: "redis", isAside: true });
    return true;
  };
  return {
    isRefusal,
    untilTaken: async (mostMs) => {
      const until = performance.now() + mostMs;
      while (isStopped() && !isClosing() && performance.now() < until) await pause(LOOK_MS);
      return !isStopped();
    },
    tryOut: async () => {
      if (!isStopped() || performance.now() < restsUntil) return;
      try {
        await redis.set(key, "", "PX", KEPT_MS);
      } catch (error) {
        restsUntil = performance.now() + FIRST_REST_MS;
        if (!isRefusal(error)) throw error;
        return;
      }
      wentOnAt = performance.now();
      pulling.goOn("redis");
      log.info({ region }, "Redis takes writes again");
      observer.stoodAside({ region, reason: "redis", isAside: false });
    },
  };
}
