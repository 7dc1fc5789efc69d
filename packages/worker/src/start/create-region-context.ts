import type { Queue } from "bullmq";
import { regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import { createCancellations } from "../region/canceled-sends.ts";
import type { RegionContext } from "../region/region-context.ts";
import { holdQueue } from "../region/hold-queue.ts";
import { createJobScripts } from "../redis/job-scripts.ts";
import type { LimitsWatch } from "../pace/limits-watch.ts";
import { createOwnPulling } from "../terms/own-pulling.ts";
import { createPacer } from "../pace/pacer.ts";
import { postNotice } from "../region/post-notice.ts";
import { probeOwn } from "../ask/probe-own.ts";
import type { OwnProbe } from "../region/stand-aside.ts";
import { createRedisWrites } from "../redis/redis-writes.ts";
import { createRegionGuard } from "../region/region-guard.ts";
import { createRegionPeers } from "../region/region-peers.ts";
import type { ResultsKept } from "../region/results-kept.ts";
import type { RegionOptions, Shared } from "./region-options.ts";
import { createStandAside } from "../region/stand-aside.ts";

/** What a process knows beside its options. */
type ContextOfProcess = {
  /** Lock of a job in milliseconds. */
  readonly lockMs: number;
  /** Whether this process has been asked to stop. */
  readonly isClosing: () => boolean;
  readonly limits: LimitsWatch;
  readonly results: Pick<ResultsKept, "current">;
};

/**
 * Puts together what every step of a job needs to know.
 */
export function createRegionContext(
  { name: region, client }: RegionOptions,
  { connection: redis, prefix, settings, memory, crew, room, log, observer, now, random }: Shared,
  queue: Queue,
  { lockMs, isClosing, limits, results }: ContextOfProcess,
): RegionContext {
  const holdRegion = async (delayMs: number): Promise<void> => holdQueue(redis, { prefix, region, queue }, delayMs);
  const post = (key: string) => (notice: string | null, forMs: number) => {
    // It must not cost a job its way back to the queue.
    postNotice(redis, key, { notice, forMs, now: now() }).catch((error: unknown) => {
      log.debug({ region, err: error }, "no notice was posted");
    });
  };
  const postBackOff = post(regionNoticeKey(prefix, region));
  const postSuspension = post(regionSuspensionKey(prefix, region));
  const guard = createRegionGuard({ region, log, observer, now, holdRegion, postBackOff, postSuspension });
  const peers = createRegionPeers(redis, prefix, region);
  const pulling = createOwnPulling(now);
  const probe = async (): Promise<OwnProbe> => probeOwn(context);
  const liftHold = async (): Promise<void> => void (await redis.del(queue.toKey("limiter")));
  const ofProcess = { region, peers, pulling, guard, probe, liftHold, log, observer };
  const context: RegionContext = {
    ...settings,
    region,
    client,
    queue,
    prefix,
    redis,
    scripts: createJobScripts(redis),
    limits,
    pacer: createPacer(redis, prefix, region, queue),
    guard,
    peers,
    pulling,
    aside: createStandAside(ofProcess),
    writes: createRedisWrites({ ...ofProcess, redis, key: `${prefix}:can-write:${region}`, isClosing }),
    cancellations: createCancellations(redis, prefix, region),
    memory,
    room,
    crew,
    log,
    observer,
    now,
    random,
    lockMs,
    results,
    isClosing,
  };
  return context;
}
