import {
  checkRedis,
  closeRedis,
  connectRedis,
  createMetrics,
  describeRedis,
  type HttpServer,
  type Logger,
  serveHttp,
  type Started,
} from "@volley/runtime";
import { createSinchClient } from "@volley/sinch";
import { type RegionOptions, startVolleyWorker, type VolleyWorker } from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import type { RegionSettings } from "./region-settings.ts";
import { showJobCounts } from "./show-job-counts.ts";
import { judgeLiveness, judgeReadiness } from "./worker-health.ts";
import { createWorkerMetrics } from "./worker-metrics.ts";

/**
 * Starts the worker process: health and metrics first, so that a probe can tell "waits for Redis" from "hangs", then one
 * worker per region.
 *
 * @throws SettingsError when the port is taken
 */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<Started & { readonly url: string }> {
  const redis = connectRedis(config.redis, { role: "worker", name: "volley-worker", log });
  // Asked to stop while it waits for Redis: the wait ends here.
  signal.addEventListener("abort", () => redis.disconnect(), { once: true });
  const { registry } = createMetrics({ labels: { app: "worker" } });
  const regions = config.regions.map(({ name }) => name);
  let worker: VolleyWorker | null = null;
  let http: HttpServer | null = null;
  const stop = async (): Promise<void> => {
    // The HTTP server is last: while requests are in flight the probes go on being answered.
    await worker?.close();
    await http?.close();
    await closeRedis(redis);
  };
  try {
    http = await serveHttp({
      port: config.port,
      host: config.host,
      isLive: () => judgeLiveness(worker?.health() ?? null, config.stuckAfterMs, new Date()),
      isReady: async () => {
        const verdict = judgeReadiness(worker?.health() ?? null);
        return verdict.ok ? { ...verdict, ...(await checkRedis(redis)) } : verdict;
      },
      registry,
      log,
    });
    warnOfPacing(config.regions, log);
    log.info({ url: http.url, redis: describeRedis(config.redis), regions }, "the worker starts");
    worker = await startVolleyWorker({
      redis,
      log,
      prefix: config.prefix,
      settings: config.settings,
      regions: config.regions.map(regionOptions),
      observer: createWorkerMetrics(registry, regions),
    });
    showJobCounts(registry, worker);
    return { url: http.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A limit that is set and not kept would be worse than none: whoever set it has to know. */
function warnOfPacing(regions: readonly RegionSettings[], log: Logger): void {
  for (const { name: region, recipientsPerSecond } of regions) {
    if (recipientsPerSecond === undefined) continue;
    log.warn({ region, recipientsPerSecond }, "RECIPIENTS_PER_SECOND is not honoured by this version");
  }
}

function regionOptions({
  name,
  baseUrl,
  servicePlanId,
  apiToken,
  concurrency,
  timeoutMs,
}: RegionSettings): RegionOptions {
  return {
    name,
    concurrency,
    timeoutMs,
    client: createSinchClient({ baseUrl, servicePlanId, apiToken, timeoutMs }),
  };
}
