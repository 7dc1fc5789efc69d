import { createFleet, type Fleet, type FleetLook, type FleetOptions } from "./create-fleet.ts";
import type { RedisLook } from "./read-redis.ts";

/** Regions with a Redis of their own. */
type FleetStore = { readonly regions: readonly string[]; readonly client: FleetOptions["redis"] };

/**
 * Opens the fleet of regions that are in several Redis; one that is away hides nothing of the others.
 *
 * @param stores - those beside `redis`, which has all other regions
 */
export function createFleetOf(options: FleetOptions, stores: readonly FleetStore[]): Fleet {
  const { regions } = options;
  const others = regions.filter((region) => !stores.some((store) => store.regions.includes(region)));
  const apart = stores.map(({ client, regions: theirs }) => {
    return createFleet({ ...options, redis: client, regions: regions.filter((region) => theirs.includes(region)) });
  });
  return joinFleets([createFleet({ ...options, regions: others }), ...apart]);
}

/**
 * What is true of all, where regions have a Redis of their own. What each region is stands by itself; events, and entries of the
 * lists, are added up; of what is said of Redis itself the worst counts.
 *
 * @param fleets - the one of the Redis that is of no region first: the endpoints are there
 */
function joinFleets(fleets: readonly [Fleet, ...Fleet[]]): Fleet {
  const [home] = fleets;
  if (fleets.length === 1) return home;
  return {
    regions: fleets.flatMap(({ regions }) => regions),
    look: async () => {
      const [first, ...others] = await Promise.all([home.look(), ...fleets.slice(1).map(async ({ look }) => look())]);
      const all = [first, ...others];
      return {
        at: first.at,
        isUp: all.every(({ isUp }) => isUp),
        regions: new Map(all.flatMap(({ regions }) => [...regions])),
        outbox: outboxOf(all),
        relayLags: lagsOf(all),
        endpoints: first.endpoints,
        suppressed: sumOf(all.map(({ suppressed }) => suppressed)),
        redis: worstOf(all.flatMap(({ redis }) => redis ?? [])),
      };
    },
  };
}

/** @returns `null` where nothing is known of any */
function sumOf(counts: readonly (number | null | undefined)[]): number | null {
  const known = counts.filter((count) => typeof count === "number");
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

function outboxOf(looks: readonly FleetLook[]): FleetLook["outbox"] {
  const known = looks.flatMap(({ outbox }) => outbox ?? []);
  const [first] = known;
  if (first === undefined) return null;
  const sum = (name: "events" | "bytes" | "dropped"): number => sumOf(known.map((outbox) => outbox[name])) ?? 0;
  return { ...first, events: sum("events"), bytes: sum("bytes"), dropped: sum("dropped") };
}

function lagsOf(looks: readonly FleetLook[]): FleetLook["relayLags"] {
  const known = looks.flatMap(({ relayLags }) => relayLags ?? []);
  if (known.length === 0) return null;
  const lags = new Map<string, number>();
  for (const [sink, lagMs] of known.flatMap((each) => [...each])) {
    lags.set(sink, Math.max(lagMs, lags.get(sink) ?? 0));
  }
  return lags;
}

/** Of memory that which has the least left of what it may take; of all else each by itself. */
function worstOf(all: readonly RedisLook[]): RedisLook | null {
  const [fullest] = all.toSorted((one, other) => fullness(other) - fullness(one));
  if (fullest === undefined) return null;
  return {
    ...fullest,
    identity: all.map(({ identity }) => identity).join(" "),
    evicts: all.some(({ evicts }) => evicts),
    appendsOnly: all.every(({ appendsOnly }) => appendsOnly),
    replicas: Math.min(...all.map(({ replicas }) => replicas)),
  };
}

function fullness({ memoryBytes, memoryLimitBytes }: RedisLook): number {
  return memoryLimitBytes > 0 ? memoryBytes / memoryLimitBytes : 0;
}
