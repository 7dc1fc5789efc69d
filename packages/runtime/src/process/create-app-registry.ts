import { Gauge, type Registry } from "prom-client";
import type { RedisClient } from "../redis/redis-client.ts";
import { countRedisErrors } from "../http/count-redis-errors.ts";
import { createMetrics } from "../http/create-metrics.ts";
import { ownPackage } from "./own-package.ts";

/**
 * Creates the registry of a process: what Node tells of it, which build runs (1, with the versions of the app and of Node as
 * labels), and the errors of its connection to Redis.
 *
 * @param app - its name, as a label of everything
 * @param url - of one of its own modules
 */
export function createAppRegistry(app: string, url: string, ...redis: readonly Pick<RedisClient, "on">[]): Registry {
  const { registry } = createMetrics({ labels: { app } });
  const labels = { version: ownPackage(url).version, node: process.versions.node };
  const build = { name: "volley_build_info", help: "1, with the versions of the app and of Node." };
  new Gauge({ ...build, labelNames: Object.keys(labels), registers: [registry] }).set(labels, 1);
  countRedisErrors(registry, ...redis);
  return registry;
}
