import { carryOptOuts } from "@volley/receipts";
import { relayEvents, type Sink } from "@volley/relay";
import {
  closeRedis,
  closeStores,
  connectRedis,
  connectStores,
  createAppRegistry,
  describeRedis,
  listsOf,
  type HttpServer,
  type Logger,
  type RedisClient,
  type Registry,
  serveHttp,
  type Started,
  type Store,
} from "@volley/runtime";
import type { RegionOptions } from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import { regionOptions } from "./settings/region-options.ts";
import { showStuck } from "./metrics/show-stuck.ts";
import { countReplies, replySinks } from "./replies/reply-sinks.ts";
import { redeliverRegions } from "./redeliver-regions.ts";
import { startPolling } from "./start-polling.ts";
import { startStores, type StoreWorkers, workedStores, type WorkedStore } from "./start-stores.ts";
import { judgeLiveness, judgeReadiness } from "./worker-health.ts";
import { createWorkerMetrics } from "./metrics/worker-metrics.ts";
import { writeMinutes } from "./metrics/write-minutes.ts";

/** How long a worker that starts waits for the opt-outs of other regions, in milliseconds: one of these may be away. */
const CARRIED_WITHIN_MS = 5_000;

/**
 * Starts the worker process: health and metrics first, so that a probe can tell "waits for Redis" from "hangs", then one
 * worker per region.
 *
 * @throws SettingsError when the port is taken, or Redis evicts keys
 */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<Started & { readonly url: string }> {
  const options = config.regions.map((region) => regionOptions(region, config.outbound));
  const connection = { role: "worker", name: "volley-worker", log } as const;
  const redis = connectRedis(config.redis, connection);
  const stores = connectStores(config.stores, connection);
  const clients = [redis, ...stores.map(({ client }) => client)];
  // Asked to stop while it waits for Redis: the wait ends here.
  signal.addEventListener("abort", () => clients.forEach((client) => client.disconnect()), { once: true });
  const registry = createAppRegistry("worker", import.meta.url, ...clients);
  const regions = config.regions.map(({ name }) => name);
  const worked = workedStores(config, redis, stores);
  const redisOf = redisOfRegions(worked, redis);
  let [workers, http]: [StoreWorkers | null, HttpServer | null] = [null, null];
  const beside: { readonly close: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    // The HTTP server is last: while requests are in flight the probes go on being answered.
    await Promise.all([workers?.close(), ...beside.map(async ({ close }) => close())]);
    for (const { client } of options) client.close();
    await http?.close();
    await Promise.all([closeRedis(redis), closeStores(stores)]);
  };
  try {
    http = await serveHttp({
      port: config.port,
      host: config.host,
      isLive: () => judgeLiveness(workers?.health() ?? null, config.stuckAfterMs, new Date()),
      isReady: async () => workers?.isReady() ?? judgeReadiness(null),
      registry,
      log,
    });
    log.info({ url: http.url, redis: describeRedis(config.redis), regions, ...apart(stores) }, "the worker starts");
    const minutes = writeMinutes(createWorkerMetrics(registry, regions), { ...config, regions, redisOf, log });
    beside.push(minutes);
    const { observer } = minutes;
    const carrier = carryOptOuts(config, listsOf(redis, stores), log);
    beside.push(carrier);
    // Whoever has opted out elsewhere while nobody carried it is on the list before anything is sent, as far as that can be read.
    if (stores.length > 0) await carrier.settle(CARRIED_WITHIN_MS);
    workers = startStores(worked, { config, options, observer, log, signal });
    await workers.started;
    showStuck(registry, { health: () => workers?.health() ?? [] });
    beside.push(...startBeside({ config, worked, stores, redis, options, registry, log }));
    return { url: http.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Beside = {
  readonly config: WorkerConfig;
  readonly worked: readonly WorkedStore[];
  readonly stores: readonly Store[];
  readonly redis: RedisClient;
  readonly options: readonly RegionOptions[];
  readonly registry: Registry;
  readonly log: Logger;
};

/** What a worker does beside sending. */
function startBeside({ config, worked, stores, redis, options, registry, log }: Beside) {
  const counter = countReplies(registry);
  const redisOf = redisOfRegions(worked, redis);
  const sinksOf = (client: RedisClient): Sink[] => {
    const own = config.regions.filter(({ name }) => redisOf(name) === client);
    return replySinks({ ...config, regions: own }, { redis: client, log, counter });
  };
  const others = worked.flatMap(({ client }) => (client === redis ? [] : [{ redis: client, sinks: sinksOf(client) }]));
  return [
    relayEvents(config, { redis, log, registry, sinks: sinksOf(redis), others }),
    startPolling({ config, redisOf, options, registry, log }),
    redeliverRegions({ config, redis, stores, log }),
  ];
}

function redisOfRegions(worked: readonly WorkedStore[], shared: RedisClient): (region: string) => RedisClient {
  return (region) => worked.find(({ regions }) => regions.includes(region))?.client ?? shared;
}

/** Which regions have a Redis of their own, for the log. */
function apart(stores: readonly Store[]): object {
  if (stores.length === 0) return {};
  return { apart: Object.fromEntries(stores.map((store) => [store.regions.join(", "), describeRedis(store.redis)])) };
}
