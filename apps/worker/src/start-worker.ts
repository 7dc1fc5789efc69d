import { relayEvents } from "@volley/relay";
import {
  checkRedis,
  closeRedis,
  connectRedis,
  createAppRegistry,
  describeRedis,
  type HttpServer,
  type Logger,
  type RedisClient,
  type RedisSetUp,
  serveHttp,
  type Started,
  type Verdict,
  watchRedisSetUp,
} from "@volley/runtime";
import { startVolleyWorker, type VolleyWorker } from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import { regionOptions } from "./settings/region-options.ts";
import { showStuck } from "./metrics/show-stuck.ts";
import { waitForWrites } from "./redis/wait-for-writes.ts";
import { replySinks } from "./replies/reply-sinks.ts";
import { redeliverRegions } from "./redeliver-regions.ts";
import { followBatch, startPolling } from "./start-polling.ts";
import { judgeLiveness, judgeReadiness } from "./worker-health.ts";
import { createWorkerMetrics } from "./metrics/worker-metrics.ts";

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
  const redis = connectRedis(config.redis, { role: "worker", name: "volley-worker", log });
  // Asked to stop while it waits for Redis: the wait ends here.
  signal.addEventListener("abort", () => redis.disconnect(), { once: true });
  const registry = createAppRegistry("worker", import.meta.url, redis);
  const [regions, readyKey] = [config.regions.map(({ name }) => name), `${config.prefix}:ready`];
  let [setUp, worker, http]: [RedisSetUp | null, VolleyWorker | null, HttpServer | null] = [null, null, null];
  const beside: { readonly close: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    // The HTTP server is last: while requests are in flight the probes go on being answered.
    setUp?.close();
    await Promise.all([worker?.close(), ...beside.map(async ({ close }) => close())]);
    for (const { client } of options) client.close();
    await http?.close();
    await closeRedis(redis);
  };
  try {
    http = await serveHttp({
      port: config.port,
      host: config.host,
      isLive: () => judgeLiveness(worker?.health() ?? null, config.stuckAfterMs, new Date()),
      isReady: async () => isReady(judgeReadiness(worker?.health() ?? null), setUp, redis, readyKey),
      registry,
      log,
    });
    log.info({ url: http.url, redis: describeRedis(config.redis), regions }, "the worker starts");
    setUp = await watchRedisSetUp(redis, { answer: config.eviction, log });
    await waitForWrites(redis, readyKey, { log, signal });
    worker = await startVolleyWorker({
      redis,
      log,
      prefix: config.prefix,
      settings: config.settings,
      ...(config.suppressionSecret !== undefined && { suppressionSecret: config.suppressionSecret }),
      regions: options.map((each) => ({ ...each, onAccepted: async (batch) => followBatch(config, redis, batch) })),
      observer: createWorkerMetrics(registry, regions),
    });
    showStuck(registry, worker);
    beside.push(relayEvents(config, { redis, log, registry, sinks: replySinks(config, { redis, log, registry }) }));
    beside.push(startPolling({ config, redis, options, registry, log }));
    beside.push(redeliverRegions({ config, redis, log }));
    return { url: http.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function isReady(
  worker: Verdict,
  setUp: RedisSetUp | null,
  redis: RedisClient,
  readyKey: string,
): Promise<Verdict> {
  const verdict = worker.ok ? (setUp?.verdict() ?? worker) : worker;
  return verdict.ok ? { ...worker, ...(await checkRedis(redis, { writesTo: readyKey })) } : verdict;
}
