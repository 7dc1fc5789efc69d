import { isRegionName } from "@volley/contract";
import type { Environment, SettingsReader } from "../settings/settings-reader.ts";
import { describeRedis } from "./describe-redis.ts";
import { readRegionRedis, type RedisSettings } from "./redis-settings.ts";

/** A Redis of regions that have one of their own. */
export type StoreSettings = {
  /** All of them, by name. */
  readonly regions: readonly string[];
  readonly redis: RedisSettings;
};

const OWN = /^VOLLEY_(?<region>[A-Z][A-Z0-9_]*)_REDIS_URL(?:_FILE)?$/;

/**
 * Reads `VOLLEY_<REGION>_REDIS_URL` of every region that has one, whether or not `VOLLEY_REGIONS` names it: whoever knows several
 * carries from one to the other what counts for all. Those that are the same are one, and one that is `REDIS_URL` is none.
 *
 * @param home - `REDIS_URL`
 */
export function readStores(environment: Environment, reader: SettingsReader, home: RedisSettings): StoreSettings[] {
  const stores = new Map<string, { regions: string[]; redis: RedisSettings }>();
  const names = Object.keys(environment).filter((name) => environment[name]?.trim());
  const regions = new Set(names.flatMap((name) => OWN.exec(name)?.groups?.["region"] ?? []));
  for (const written of [...regions].toSorted()) {
    const variable = `VOLLEY_${written}`;
    const region = written.toLowerCase().replaceAll("_", "-");
    if (!isRegionName(region)) {
      reader.problem(`${variable}_REDIS_URL: expected the name of a region in it, got another one`);
      continue;
    }
    const redis = readRegionRedis(reader, `${variable}_REDIS_URL`);
    const place = describeRedis(redis);
    if (place === describeRedis(home)) continue;
    const known = stores.get(place);
    if (known) known.regions.push(region);
    else stores.set(place, { regions: [region], redis });
  }
  return [...stores.values()];
}
