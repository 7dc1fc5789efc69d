import { Registry, collectDefaultMetrics } from "prom-client";

/** A process's metrics. */
export type Metrics = {
  /** Register counters, gauges and histograms here (`registers: [metrics.registry]`). */
  registry: Registry;
  /** What `/metrics` answers. */
  text(): Promise<MetricsText>;
};

/** Gauges of prom-client that are called as only counters may be; they are the sums of others that stay. */
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** The Prometheus text format and its content type. */
export type MetricsText = { contentType: string; body: string };

/**
 * Creates a registry of its own (prom-client's global one would mix two processes in one test) with the usual numbers
 * of a Node process: CPU, memory, event loop delay, garbage collection.
 *
 * @param options.labels - added to every metric, for example `{ app: "worker" }`
 */
export function createMetrics({ labels = {} }: { labels?: Record<string, string> } = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return { registry, text: () => metricsText(registry) };
}

/** Renders a registry for HTTP. */
export async function metricsText(registry: Registry): Promise<MetricsText> {
  return { contentType: registry.contentType, body: await registry.metrics() };
}
