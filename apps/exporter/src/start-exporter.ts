import { createFleetOf, type Scale, scaleFleet, showFleet } from "@volley/fleet";
import {
  closeRedis,
  closeStores,
  connectRedis,
  connectStores,
  createAppRegistry,
  describeRedis,
  type Logger,
  serveHttp,
  type Started,
  type Verdict,
} from "@volley/runtime";
import type { ExporterConfig } from "./config.ts";

/**
 * Starts showing what is true of all processes together. It only reads, so any number may run; one is enough. It is live and
 * ready also while Redis is away: that is when somebody looks at it.
 *
 * @throws SettingsError when the port is taken
 */
export async function startExporter(config: ExporterConfig, log: Logger): Promise<Started & { readonly url: string }> {
  const connection = { role: "producer", name: "volley-exporter", log } as const;
  const redis = connectRedis(config.redis, connection);
  const stores = connectStores(config.stores, connection);
  const registry = createAppRegistry("exporter", import.meta.url, redis, ...stores.map(({ client }) => client));
  const fleet = createFleetOf({ ...config, redis }, stores);
  showFleet(registry, fleet);
  const scale = scaleFleet(registry, fleet, config.power);
  const also = { "/scale": async () => answerOf(scale) };
  try {
    const http = await serveHttp({ ...config, isLive: answers, isReady: answers, also, registry, log });
    log.info({ url: http.url, redis: describeRedis(config.redis), regions: config.regions }, "the fleet is shown");
    return {
      url: http.url,
      stop: async () => {
        await http.close();
        await Promise.all([closeRedis(redis), closeStores(stores)]);
      },
    };
  } catch (error) {
    await Promise.all([closeRedis(redis), closeStores(stores)]);
    throw error;
  }
}

/** For KEDA's `metrics-api`: an answer that is none makes it fall back. */
async function answerOf(scale: Scale): Promise<{ readonly status: number; readonly body: object }> {
  const wanted = await scale.wanted();
  return wanted === null ? { status: 503, body: { code: "redis_away" } } : { status: 200, body: wanted };
}

function answers(): Verdict {
  return { ok: true };
}
