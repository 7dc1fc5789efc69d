import { createNumbering, HOME_LIST, PROOF_S } from "@volley/opt-outs";
import type { RoutedContext } from "../enqueue/enqueue-terms.ts";
import type { FilterPool } from "../recipients/filter-pool.ts";
import { createQueueAccess } from "../redis/queue-access.ts";
import { createRedisBudget } from "../redis/redis-budget.ts";
import { createRedisLink } from "../redis/redis-link.ts";
import type { RedisTarget } from "../redis/redis-target.ts";
import { createServedRegions } from "../region/served-regions.ts";
import { hasCode } from "../terms/producer-error.ts";
import type { ListTerms } from "../way-back/list-terms.ts";
import type { ProducerOptions } from "./producer-options.ts";

/** A Redis with all that is kept in it. */
export type Store = {
  /** The first of its regions, or {@link HOME}. */
  readonly name: string;
  /** Those that the producer was told are in it; of the home Redis none, which has all others. */
  readonly regions: readonly string[];
  readonly context: RoutedContext & Pick<ListTerms, "numbering">;
  readonly terms: ListTerms;
};

/** Every Redis of a producer, that which is of no region first. */
export type AllStores = {
  readonly home: Store;
  readonly all: readonly Store[];
  readonly of: (region: string) => Store;
};

/** What all of them have. */
type Common = {
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly now: () => Date;
  readonly filters: FilterPool;
};

/** The name of the Redis that is of no region, which no region has. */
export const HOME = HOME_LIST;

const REMEMBER_MS = 30 * 24 * 60 * 60 * 1_000;

const REMEMBER_KEYS = 100_000_000;

const LEAD_MS = 60_000;

const STAGE_TTL_MS = 60 * 60 * 1_000;

/**
 * Connects to every Redis, each when it is first needed. Regions with the same target are in one.
 *
 * @throws TypeError when a target is none
 */
export function createStores(options: ProducerOptions, home: RedisTarget | undefined, common: Common): AllStores {
  const byRegion = new Map<string, Store>();
  const of = (region: string): Store => byRegion.get(region) ?? first;
  const byTarget = new Map<unknown, Store>();
  const opened = (target: RedisTarget | undefined, name: string, regions: readonly string[]): Store => {
    const store = openStore({ options, target, name, regions }, common, (region) => of(region).context);
    byTarget.set(target, store);
    return store;
  };
  const first = opened(home, HOME, []);
  const all = [first];
  const given = Object.entries(options.regions ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (const [region, { connection }] of given) {
    const regions = given.flatMap(([name, other]) => (other.connection === connection ? [name] : []));
    const known = byTarget.get(connection);
    const store = known ?? opened(connection, region, regions);
    if (!known) all.push(store);
    byRegion.set(region, store);
  }
  return { home: first, all, of };
}

type Place = Pick<Store, "name" | "regions"> & {
  readonly options: ProducerOptions;
  readonly target: RedisTarget | undefined;
};

function openStore(
  { options, target, name, regions }: Place,
  { prefix, timeoutMs, now, filters }: Common,
  of: RoutedContext["of"],
): Store {
  const { rememberMs = REMEMBER_MS, rememberKeys = REMEMBER_KEYS, stageTtlMs = STAGE_TTL_MS } = options;
  const { suppressionSecret, optOutReplicas = "auto", proofS = PROOF_S } = options;
  const link = createRedisLink(target, timeoutMs, name === HOME ? null : name);
  const numbering = createNumbering(suppressionSecret);
  const context = {
    ...createQueueAccess(link, prefix),
    budget: createRedisBudget(link, prefix, options.maxRedisBytes),
    served: createServedRegions(link, { prefix, leadMs: options.leadMs ?? LEAD_MS }),
    rememberMs,
    rememberKeys,
    stageTtlMs,
    filters,
    now,
    numbering,
    of,
  };
  const replicas = optOutReplicas === "auto" ? null : optOutReplicas;
  // A call that Redis forgets the script of waits for its replicas twice.
  return { name, regions, context, terms: { numbering, replicas, proofS, timeoutMs: Math.ceil(timeoutMs / 3), now } };
}

/** The regions on which workers have ever worked. Of a Redis that cannot be reached, those that are said to be in it. */
export async function servedIn({ all, of }: AllStores, among: readonly string[] | undefined): Promise<string[]> {
  if (among !== undefined) {
    const served = await Promise.all(among.map(async (region) => of(region).context.served.names([region])));
    return served.flat();
  }
  const [first, ...others] = all;
  const ofOthers = others.map(async ({ context, regions }) =>
    context.served.names().catch((error: unknown) => {
      if (hasCode(error, "VOLLEY_REDIS_UNAVAILABLE")) return [...regions];
      throw error;
    }),
  );
  const names = await Promise.all([first?.context.served.names() ?? [], ...ofOthers]);
  return [...new Set(names.flat())].toSorted();
}
