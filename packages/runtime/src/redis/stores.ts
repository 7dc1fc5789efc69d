import type { Logger } from "pino";
import { checkRedis } from "./check-redis.ts";
import { closeRedis } from "./close-redis.ts";
import { connectRedis, type RedisRole } from "./connect-redis.ts";
import type { RedisClient } from "./redis-client.ts";
import type { StoreSettings } from "./store-settings.ts";
import type { Verdict } from "../terms/verdict.ts";

/** A connection to one of them. */
export type Store = StoreSettings & { readonly client: RedisClient };

/** Connects to each, in the background. */
export function connectStores(
  stores: readonly StoreSettings[],
  options: { readonly role: RedisRole; readonly name: string; readonly log?: Pick<Logger, "info" | "error"> },
): Store[] {
  return stores.map((store) => ({ ...store, client: connectRedis(store.redis, options) }));
}

/** A Redis with a name: that of no region `_home`, which no region has, others that of their first region. */
type NamedRedis = { readonly name: string; readonly redis: RedisClient; readonly regions: readonly string[] };

/** All of them, each of which has a list of opt-outs. */
export function listsOf(home: RedisClient, stores: readonly Store[]): [NamedRedis, ...NamedRedis[]] {
  const others = stores.map(({ client, regions }) => ({ name: regions[0] ?? "", redis: client, regions }));
  return [{ name: "_home", redis: home, regions: [] }, ...others];
}

export async function closeStores(stores: readonly Store[]): Promise<void> {
  await Promise.all(stores.map(async ({ client }) => closeRedis(client)));
}

/** As the option `regions` of a producer. */
export function regionsOf(stores: readonly Store[]): Record<string, { readonly connection: RedisClient }> {
  return Object.fromEntries(
    stores.flatMap(({ regions, client }) => regions.map((name) => [name, { connection: client }])),
  );
}

/**
 * Whether a process is ready that goes on with the others where one Redis is away: while any is there. Which ones are away is told.
 *
 * @param home - of the Redis that is of no region
 */
export async function checkStores(home: Verdict, stores: readonly Store[], writesTo?: string): Promise<Verdict> {
  if (stores.length === 0) return home;
  const verdicts = await Promise.all(
    stores.map(async ({ regions, client }) => {
      return { regions, verdict: await checkRedis(client, writesTo === undefined ? {} : { writesTo }) };
    }),
  );
  const away = verdicts.filter(({ verdict }) => !verdict.ok).flatMap(({ regions }) => regions);
  const details = { away: [...(home.ok ? [] : ["home"]), ...away] };
  if (details.away.length === 0) return home;
  if (home.ok || verdicts.some(({ verdict }) => verdict.ok)) {
    return { ok: true, details: { ...(home.ok ? home.details : {}), ...details } };
  }
  return home;
}
