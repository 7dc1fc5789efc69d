import {
  CHANGE_LIMITS,
  defaultArguments,
  LEAD_MS_FIELD,
  limitsKey,
  readLimits,
  type RegionLimits,
  REQUEST_MS_FIELD,
  servedRegionsKey,
  type StoredLimits,
} from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { keepLooking } from "../terms/keep-looking.ts";
import type { Log } from "../terms/log.ts";
import type { Settings } from "../terms/settings.ts";

/** What a watch needs. */
export type LimitsWatchOptions = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  readonly region: string;
  /** What the environment of this process says. */
  readonly defaults: RegionLimits;
  /** Producers go by the lead. */
  readonly settings: Pick<Settings, "leadMs">;
  readonly log: Log;
  /** @default 1000 */
  readonly lookIntervalMs?: number;
};

/** Knows the limits of a region, as they are set while it runs. */
export type LimitsWatch = {
  readonly current: () => RegionLimits;
  /** Notes how long a request took, for whoever estimates when a send is done. */
  readonly requestTook: (durationMs: number) => void;
  /**
   * Applies the limits that hold now, and from then on others whenever they hold, each until that has succeeded once.
   * There is one who applies them.
   *
   * @returns once they were applied for the first time
   * @throws when that fails
   */
  readonly follow: (apply: ApplyLimits) => Promise<void>;
  readonly close: () => void;
};

/** Makes limits hold. @param before - those that held until now; `null` at first, and for a Redis that was emptied */
type ApplyLimits = (limits: RegionLimits, before: RegionLimits | null) => Promise<void>;

/** A change is to take effect within about a second. */
const LOOK_INTERVAL_MS = 1_000;

/** How much a single request moves the average. */
const WEIGHT = 0.05;

/**
 * Watches the limits of a region. What this process's environment says is written down as the default of them all; what an
 * operator has set is never touched.
 */
export async function watchLimits(options: LimitsWatchOptions): Promise<LimitsWatch> {
  const { region, lookIntervalMs = LOOK_INTERVAL_MS, log } = options;
  let apply: ApplyLimits | null = null;
  /** What was applied last. What is seen is compared with it and not with what was seen before, which may be no more. */
  let applied: RegionLimits | null = null;
  let requestMs: number | null = null;
  let publishedMs: number | null = null;
  let seen = await publish(options);
  const applySeen = async (): Promise<void> => {
    const { limits } = seen;
    if (JSON.stringify(limits) === JSON.stringify(applied)) return;
    await apply?.(limits, applied);
    applied = limits;
  };
  const look = async (): Promise<void> => {
    const isNews = requestMs !== null && Math.round(requestMs) !== publishedMs;
    if (isNews && requestMs !== null) publishedMs = Math.round(requestMs);
    const read = await change(options, ...(isNews ? [REQUEST_MS_FIELD, String(publishedMs)] : []));
    // A Redis that was emptied has forgotten what the workers told it, and the concurrency that BullMQ keeps.
    if (!read.isPublished) applied = null;
    seen = read.isPublished ? read : await publish(options);
    if (apply) await applySeen();
  };
  let isInTrouble = false;
  const end = keepLooking(
    async () => {
      await look();
      isInTrouble = false;
    },
    lookIntervalMs,
    (error) => {
      if (!isInTrouble) log.warn({ region, err: error }, "the region's limits could not be read or set: tried again");
      isInTrouble = true;
    },
  );
  return {
    current: () => seen.limits,
    requestTook: (durationMs) => {
      requestMs = requestMs === null ? durationMs : requestMs + WEIGHT * (durationMs - requestMs);
    },
    follow: async (added) => {
      apply = added;
      await applySeen();
    },
    close: end,
  };
}

type Place = Pick<LimitsWatchOptions, "redis" | "prefix" | "region">;

async function change({ redis, prefix, region }: Place, ...values: string[]): Promise<StoredLimits> {
  return readLimits(await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region), ...values));
}

/** Says that a worker works on the region, and what its environment says. */
async function publish(options: Place & Pick<LimitsWatchOptions, "defaults" | "settings">): Promise<StoredLimits> {
  const { redis, prefix, region, defaults, settings } = options;
  await redis.sadd(servedRegionsKey(prefix), region);
  return change(options, ...defaultArguments(defaults), LEAD_MS_FIELD, String(settings.leadMs));
}
