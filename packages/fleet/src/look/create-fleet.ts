import { readEndpoints } from "@volley/endpoints";
import { createEntryCount } from "@volley/opt-outs";
import { countWaiting } from "@volley/producer";
import { countRetries, type Outbox, readOutbox, readPollPlaces } from "@volley/receipts";
import { QUEUE_SINK, readLags, repliesSink } from "@volley/relay";
import { askWithin } from "./ask-within.ts";
import { countLateSends } from "./late-sends.ts";
import type { FleetPlace, RegionPlace } from "./place.ts";
import { type QueueLook, readQueue } from "./read-queue.ts";
import { readRedis, type RedisLook } from "./read-redis.ts";
import { readRegionWaits, type RegionWaits } from "./region-waits.ts";

/** A region over all processes. */
export type RegionLook = QueueLook & {
  readonly waits: RegionWaits;
  /** Long sends that end after their `expire_at`, about. */
  readonly lateSends: number;
  /** Recipients whom what is on the queue has still to reach, about. */
  readonly waitingRecipients: number;
  /** Sends that are due for a look at whose messages have failed. */
  readonly redeliveriesDue: number;
  /** Up to when the provider's lists were read, by their kinds; empty where the region is not polled. */
  readonly pollPlaces: ReadonlyMap<string, Date>;
};

/** What is true of all processes together. What Redis has not answered in time, or not as it should, is not there. */
export type FleetLook = {
  readonly at: Date;
  /** Whether Redis has answered everything. */
  readonly isUp: boolean;
  readonly regions: ReadonlyMap<string, RegionLook>;
  readonly outbox: Outbox | null;
  /** How far sinks are behind, in milliseconds. */
  readonly relayLags: ReadonlyMap<string, number> | null;
  readonly endpoints: { readonly enabled: number; readonly disabled: number } | null;
  /** Entries of the suppression list. */
  readonly suppressed: number | null;
  /** `null` also where it does not tell. */
  readonly redis: RedisLook | null;
};

/** Looks at it. */
export type Fleet = {
  readonly regions: readonly string[];
  /** Looks at it now, and never waits for long. Whoever comes while one look is on its way gets the same one. */
  readonly look: () => Promise<FleetLook>;
};

/** What there is to be seen. */
export type FleetOptions = FleetPlace & {
  readonly regions: readonly string[];
  /** Those of them in which workers fetch what callbacks tell. @default none */
  readonly polled?: readonly string[];
  /** Whether events become jobs of a queue. @default false */
  readonly isQueued?: boolean;
  /** How long Redis may take for an answer, in milliseconds. @default 2000, less than Prometheus waits */
  readonly patienceMs?: number;
};

/** Opens it. It only reads: any number of processes may do so. */
export function createFleet({
  redis,
  prefix,
  regions,
  polled = [],
  isQueued = false,
  patienceMs,
}: FleetOptions): Fleet {
  const place = { redis, prefix };
  const countEntries = createEntryCount(place);
  const asked = askWithin(patienceMs);
  const sinks = { always: isQueued ? [QUEUE_SINK] : [], whileFed: regions.map(repliesSink) };
  const read = async (): Promise<FleetLook> => {
    const at = new Date();
    const [found, outbox, relayLags, endpoints, suppressed, self] = await Promise.all([
      Promise.all(
        regions.map(async (region) => {
          const isPolled = polled.includes(region);
          return [region, await asked(region, async () => readRegion({ ...place, region }, isPolled, at))] as const;
        }),
      ),
      asked("outbox", async () => readOutbox(redis, prefix)),
      asked("relay lags", async () => readLags(place, sinks)),
      asked("endpoints", async () => countEndpoints(place)),
      asked("suppressed", countEntries),
      asked("redis", async () => ({ said: await readRedis(place) })),
    ]);
    const seen = found.flatMap(([region, look]) => (look === null ? [] : [[region, look] as const]));
    const isUp = seen.length === regions.length && ![outbox, relayLags, endpoints, suppressed, self].includes(null);
    return { at, isUp, regions: new Map(seen), outbox, relayLags, endpoints, suppressed, redis: self?.said ?? null };
  };
  let looking: Promise<FleetLook> | null = null;
  return {
    regions,
    look: async () => {
      looking ??= read().finally(() => {
        looking = null;
      });
      return looking;
    },
  };
}

async function readRegion(place: RegionPlace, isPolled: boolean, now: Date): Promise<RegionLook> {
  const [queue, waits, lateSends, waitingRecipients, redeliveriesDue, pollPlaces] = await Promise.all([
    readQueue(place),
    readRegionWaits(place, now),
    countLateSends(place, now),
    countWaiting(place),
    countRetries(place.redis, place, now),
    isPolled ? readPollPlaces(place.redis, place) : new Map<string, Date>(),
  ]);
  return { ...queue, waits, lateSends, waitingRecipients, redeliveriesDue, pollPlaces };
}

async function countEndpoints(place: FleetPlace): Promise<{ readonly enabled: number; readonly disabled: number }> {
  const all = await readEndpoints(place);
  const enabled = all.filter(({ state }) => state === "enabled").length;
  return { enabled, disabled: all.length - enabled };
}
