import {
  CHANGE_LIMITS,
  kindOf,
  LIMIT_RANGES,
  limitsKey,
  OPTION,
  type OptionKind,
  overrideArguments,
  pausedSinceKey,
  RATE_UNITS,
  readLimits,
  type RegionLimits,
  requireOptions,
  type StoredLimits,
} from "@volley/contract";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { readRegionHealth, type RegionHealth, type RegionWorkers } from "./region-health.ts";
import type { StillWanted } from "../redis/redis-link.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** The limits of a region, and whether it works at all. */
export type RegionState = Pick<StoredLimits, "limits" | "overridden" | "requestMs"> &
  RegionHealth & {
    readonly region: string;
    /** Whether somebody has paused it. */
    readonly isPaused: boolean;
    /**
     * Whether a worker has ever worked on the region. Where none has, the name may be mistyped: what is enqueued there waits
     * and then expires, and what is set or paused there changes no other region.
     */
    readonly isServed: boolean;
    /** The workers that are running. One that died counts for ten seconds more. */
    readonly workers: RegionWorkers;
  };

/** Changes a region while its workers run. Every call answers with what holds afterwards. */
export type RegionControl = {
  readonly limits: () => Promise<RegionState>;
  /**
   * Sets limits of all workers of the region, within about a second and until they are reset: a worker's environment does
   * not touch them. What is left out stays as it is; a rate of `null` takes the pace away.
   *
   * @throws ProducerError `VOLLEY_INVALID_LIMIT`; nothing is changed
   * @throws TypeError for a limit that there is not
   */
  readonly setLimits: (limits: LimitChanges) => Promise<RegionState>;
  /** Lets all limits be as the workers' environment says. */
  readonly resetLimits: () => Promise<RegionState>;
  /** Nothing more is sent when the requests in flight are answered. What is enqueued waits. */
  readonly pause: () => Promise<RegionState>;
  readonly resume: () => Promise<RegionState>;
};

/** Limits that are changed. */
export type LimitChanges = { readonly [Name in keyof RegionLimits]?: RegionLimits[Name] | undefined };

/** Every limit; a wrong value of one has an error of its own. */
const KINDS: Readonly<Record<keyof RegionLimits, OptionKind>> = {
  rate: OPTION.anything,
  rateUnit: OPTION.anything,
  concurrency: OPTION.anything,
  burstMs: OPTION.anything,
  urgentShare: OPTION.anything,
};

/**
 * Controls one region.
 *
 * @throws ProducerError `VOLLEY_INVALID_REGION`
 */
export function controlRegion(access: QueueAccess, region: string): RegionControl {
  requireRegion(region);
  const { link, prefix, queueOf } = access;
  const change = async (...values: string[]): Promise<StoredLimits> => {
    return readLimits(await link.connection.eval(CHANGE_LIMITS, 1, limitsKey(prefix, region), ...values));
  };
  const stateOf = async (stored: StoredLimits): Promise<RegionState> => {
    const { limits, overridden, requestMs, isPublished: isServed } = stored;
    const { health, workers } = await readRegionHealth(access, region, new Date());
    const isPaused = health.state === "paused";
    return { region, limits, overridden, requestMs, isServed, workers, isPaused, ...health };
  };
  /** BullMQ keeps the concurrency of all workers itself. Where nobody has said anything yet, a worker will. */
  const apply = async (stored: StoredLimits, stillWanted: StillWanted): Promise<RegionState> => {
    const isSaid = stored.isPublished || stored.overridden.includes("concurrency");
    await stillWanted();
    if (isSaid) await queueOf(region).setGlobalConcurrency(stored.limits.concurrency);
    return stateOf(stored);
  };
  const switched = async (step: () => Promise<void>): Promise<RegionState> =>
    link.run(async (stillWanted) => {
      await queueOf(region).waitUntilReady();
      await stillWanted();
      await step();
      return stateOf(await change());
    });
  return {
    limits: async () => link.run(async () => stateOf(await change())),
    setLimits: async (limits) => {
      requireOptions("setLimits", limits, KINDS);
      requireLimits(limits);
      return link.run(async (stillWanted) => apply(await change(...overrideArguments(limits)), stillWanted));
    },
    resetLimits: async () =>
      link.run(async (stillWanted) => apply(await change(...overrideArguments(null)), stillWanted)),
    pause: async () =>
      switched(async () => {
        // Before the pause, and not again where it is paused already: since when is what the first one has said.
        if (!(await queueOf(region).isPaused())) {
          await link.connection.set(pausedSinceKey(prefix, region), new Date().toISOString());
        }
        await queueOf(region).pause();
      }),
    resume: async () =>
      switched(async () => {
        await queueOf(region).resume();
        await link.connection.del(pausedSinceKey(prefix, region));
      }),
  };
}

/** @throws ProducerError `VOLLEY_INVALID_LIMIT` naming every limit that is wrong */
function requireLimits(limits: LimitChanges): void {
  const problems = Object.entries(LIMIT_RANGES).flatMap(([name, { from, to, isWhole }]) => {
    const value: unknown = Reflect.get(limits, name);
    if (value === undefined || (name === "rate" && value === null)) return [];
    const isGood = typeof value === "number" && value >= from && value <= to && (!isWhole || Number.isInteger(value));
    const kind = isWhole ? "a whole number" : "a number";
    return isGood ? [] : [`${name}: expected ${kind} from ${from} to ${to}, got ${kindOf(value, { isPrivate: true })}`];
  });
  if (limits.rateUnit !== undefined && !RATE_UNITS.includes(limits.rateUnit)) {
    problems.push(
      `rateUnit: expected ${RATE_UNITS.join(" or ")}, got ${kindOf(limits.rateUnit, { words: RATE_UNITS })}`,
    );
  }
  if (problems.length > 0) throw new ProducerError("VOLLEY_INVALID_LIMIT", problems.join("; "));
}
