import { regionVariable } from "@volley/contract";
import type { ReplicaPower } from "@volley/fleet";
import { type AppSettings, createSettingsReader, type Environment, readAppSettings } from "@volley/runtime";

/** The exporter's settings: of what workers read, those that say what there is to be shown. */
export type ExporterConfig = AppSettings & {
  /** `VOLLEY_REGIONS` */
  readonly regions: readonly string[];
  /** Those of them with a `VOLLEY_<REGION>_POLL_MS`. */
  readonly polled: readonly string[];
  /** `VOLLEY_EVENTS_QUEUE` */
  readonly isQueued: boolean;
  /** `VOLLEY_SCALE_REQUESTS_PER_SECOND`, `VOLLEY_WORKER_CONCURRENCY`, `VOLLEY_SCALE_WITHIN_S`: how many workers are wanted. */
  readonly power: ReplicaPower;
};

/**
 * Reads the exporter's settings.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readExporterConfig(environment: Environment): ExporterConfig {
  const reader = createSettingsReader(environment);
  const { names, app } = readAppSettings(environment, reader, { port: 9091 });
  const isPolled = (region: string): boolean =>
    reader.optionalNumber(`VOLLEY_${regionVariable(region)}_POLL_MS`, {
      minimum: 1_000,
      maximum: 3_600_000,
      unit: "milliseconds",
    }) !== undefined;
  return reader.finish({
    ...app,
    regions: names,
    polled: names.filter(isPolled),
    isQueued: reader.boolean("VOLLEY_EVENTS_QUEUE", { default: false }),
    power: {
      requestsPerSecond: reader.integer("VOLLEY_SCALE_REQUESTS_PER_SECOND", {
        default: 200,
        minimum: 1,
        maximum: 100_000,
        unit: "requests per second",
      }),
      inFlight: reader.integer("VOLLEY_WORKER_CONCURRENCY", { default: 50, minimum: 1, maximum: 10_000, unit: "jobs" }),
      withinSeconds: reader.integer("VOLLEY_SCALE_WITHIN_S", {
        default: 60,
        minimum: 1,
        maximum: 86_400,
        unit: "seconds",
      }),
    },
  });
}
