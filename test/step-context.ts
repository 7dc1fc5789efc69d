import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import { createNumbering, watchList } from "@volley/opt-outs";
import { type Crew, crewKeys } from "../packages/worker/src/redis/crew.ts";
import { createRegionContext } from "../packages/worker/src/start/create-region-context.ts";
import type { LimitsWatch } from "../packages/worker/src/pace/limits-watch.ts";
import { SILENT_OBSERVER } from "../packages/worker/src/terms/observer.ts";
import type { RedisMemory } from "../packages/worker/src/redis/redis-memory.ts";
import type { RegionContext } from "../packages/worker/src/region/region-context.ts";
import { createRoom, memoryForJobs } from "../packages/worker/src/region/room.ts";
import { DEFAULT_SETTINGS } from "../packages/worker/src/terms/settings.ts";
import type { RegionRig } from "./region-rig.ts";

const say = (): void => {};

const SILENT_LOG = { debug: say, info: say, warn: say, error: say };

/** Limits of a region whose pace nobody has set. */
const UNPACED: LimitsWatch = {
  current: () => DEFAULT_REGION_LIMITS,
  requestTook: say,
  follow: async () => {},
  close: say,
};

/**
 * What the steps of a job are called with, over a rig, for tests that reach inside a worker. Its client is closed by
 * the rig.
 */
export function stepContext({ region, redis, prefix, queue, client }: RegionRig): RegionContext {
  const shared = {
    connection: redis,
    skipVersionCheck: false,
    prefix,
    settings: { ...DEFAULT_SETTINGS, unknownHoldMs: 150 },
    memory: memoryOf(null),
    room: createRoom(memoryForJobs(), DEFAULT_SETTINGS.workerConcurrency),
    crew: crewOfOne({ redis, prefix }),
    suppressions: watchList({ redis, prefix, numbering: createNumbering() }),
    permits: { passes: async () => false },
    log: SILENT_LOG,
    observer: SILENT_OBSERVER,
    now: () => new Date(),
    random: () => 0,
  };
  return createRegionContext({ name: region, client: client(), concurrency: 1 }, shared, queue, {
    lockMs: 10_000,
    isClosing: () => false,
    limits: UNPACED,
    results: { current: () => DEFAULT_SETTINGS.keepResults },
  });
}

/** A crew of which this process is a member whenever it has to be one, and nobody asks anything. */
function crewOfOne({ redis, prefix }: Pick<RegionRig, "redis" | "prefix">): Crew {
  const me = "the process of the test";
  return {
    me,
    written: () => 0,
    admitted: async () => {
      await redis.sadd(crewKeys(prefix).crew, me);
    },
    expelled: say,
    wrote: say,
    beat: async () => {},
    confess: async () => {},
    leave: async () => {},
  };
}

/** What a worker knows of a Redis that lost its last writes at a time; `null` if it has not. */
export function memoryOf(forgottenBefore: Date | null): RedisMemory {
  const forgotten = forgottenBefore && { at: forgottenBefore, epoch: 1 };
  const answers = { identity: "the Redis of the test", epoch: 1, forgotten, lostOf: () => null, aheadMs: 0 };
  return { recall: async () => answers, last: () => answers, close: say };
}
