import { DEFAULT_PREFIX } from "@volley/contract";
import { createNumbering, createReplyPermits, watchList } from "@volley/opt-outs";
import { mayAskInfo } from "../redis/may-ask-info.ts";
import { SILENT_OBSERVER } from "../terms/observer.ts";
import type { Stopped } from "../terms/own-pulling.ts";
import { createCrew } from "../redis/crew.ts";
import { watchRedisMemory } from "../redis/redis-memory.ts";
import { stayInCrew } from "../redis/stay-in-crew.ts";
import type { RegionOptions, Shared } from "./region-options.ts";
import { type RegionWorker, startRegionWorker } from "./region-worker.ts";
import { createRoom, memoryForJobs } from "../region/room.ts";
import { DEFAULT_SETTINGS } from "../terms/settings.ts";
import { shieldLog } from "../terms/shield-log.ts";
import { withDefaults } from "../terms/with-defaults.ts";
import { requireWorkerOptions, type VolleyWorkerOptions } from "./worker-options.ts";

/** How one region is doing in this process. */
export type RegionHealth = {
  readonly region: string;
  readonly isRunning: boolean;
  /** Whether the provider refuses the region's set-up. */
  readonly isSuspended: boolean;
  /** Why this process picks up nothing, and leaves it to others; `null` while it does. */
  readonly stopped: Stopped | null;
  /** Since when work waits that is not picked up; `null` while all is well. */
  readonly stuckSince: Date | null;
};

/** A running worker. */
export type VolleyWorker = {
  readonly health: () => RegionHealth[];
  /**
   * Picks up nothing more, waits for every request in flight and stores its result. Where Redis does not answer for as long as
   * a job's lock lasts (10 s, or longer than the deadline of a request), it ends without.
   *
   * @throws where Redis did not answer for so long: whoever picks up what was in hand asks first, and what waits for Redis in
   *   this process does so until the connection or the process ends
   */
  readonly close: () => Promise<void>;
};

/**
 * Starts one BullMQ worker per region, with each region's limit reconciled in Redis.
 *
 * @throws TypeError for an option that there is not, or that is wrong; nothing is started
 * @throws when a region cannot start; none of the others is left running, and the clients are the caller's to close
 */
export async function startVolleyWorker(options: VolleyWorkerOptions): Promise<VolleyWorker> {
  requireWorkerOptions(options);
  const { redis, regions, prefix = DEFAULT_PREFIX, observer = SILENT_OBSERVER } = options;
  const log = shieldLog(options.log);
  const now = options.now ?? (() => new Date());
  const crew = createCrew(redis, prefix);
  const memory = await watchRedisMemory(redis, { prefix, crew, log, now });
  const leaveCrew = await stayInCrew(crew, memory, log);
  const settings = withDefaults(DEFAULT_SETTINGS, options.settings ?? {});
  const { memoryBytes = memoryForJobs() } = options;
  const list = { redis, prefix, numbering: createNumbering(options.suppressionSecret) };
  const suppressions = watchList(list);
  // A long list is read before the first request needs it. Where it cannot be read, that request says so.
  suppressions.upTo(null).catch(() => {});
  log.debug({ memoryBytes }, "memory for jobs");
  const shared = {
    connection: redis,
    skipVersionCheck: !(await mayAskInfo(redis)),
    prefix,
    settings,
    memory,
    room: createRoom(memoryBytes, settings.workerConcurrency * regions.length),
    crew,
    suppressions,
    permits: createReplyPermits(list),
    log,
    observer,
    now,
    random: options.random ?? Math.random,
  };
  const workers = await startAll(regions, shared).catch(async (error: unknown) => {
    await leaveCrew(true);
    memory.close();
    throw error;
  });
  return {
    health: () => workers.map(healthOf),
    close: async () => {
      const ends = await Promise.allSettled(workers.map(async ({ close }) => close()));
      const failed = ends.find((end) => end.status === "rejected");
      await leaveCrew(failed === undefined);
      memory.close();
      for (const { client } of regions) client.close();
      if (failed) throw failed.reason;
    },
  };
}

function healthOf({ region, watch, isSuspended, isRunning, stopped }: RegionWorker): RegionHealth {
  return {
    region,
    isRunning: isRunning(),
    isSuspended: isSuspended(),
    stopped: stopped(),
    stuckSince: watch.stuckSince(),
  };
}

async function startAll(regions: readonly RegionOptions[], shared: Shared): Promise<RegionWorker[]> {
  const starts = await Promise.allSettled(regions.map(async (region) => startRegionWorker(region, shared)));
  const workers = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const failed = starts.find((start) => start.status === "rejected");
  if (failed === undefined) return workers;
  await Promise.allSettled(workers.map(async ({ close }) => close()));
  throw failed.reason;
}
