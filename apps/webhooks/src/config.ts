import { DEFAULT_PREFIX, REGION_NAME_PATTERN, unreadSettings } from "@volley/contract";
import {
  type AppConfig,
  createSettingsReader,
  type Environment,
  LOG_LEVELS,
  readRedisSettings,
  type RedisSettings,
} from "@volley/runtime";
import { type CallbackRegion, readCallbackRegions } from "./settings/callback-settings.ts";

/** The settings of the process that takes callbacks. */
export type WebhooksConfig = AppConfig & {
  readonly redis: RedisSettings;
  /** `VOLLEY_PREFIX` */
  readonly prefix: string;
  /** `VOLLEY_REGIONS`, and how their callbacks prove where they come from. */
  readonly regions: readonly CallbackRegion[];
  /** `VOLLEY_CALLBACK_MAX_AGE_S`: how old a signature may be, in seconds. */
  readonly maxAgeS: number;
  /** `VOLLEY_KEEP_RECEIPTS_DAYS`: how long is known what became of a message. */
  readonly keepDays: number;
  /** `VOLLEY_EVENTS_KEEP_MB` and `VOLLEY_EVENTS_KEEP_HOURS`: events are kept until one of the two is reached. */
  readonly events: { readonly megabytes: number; readonly hours: number };
  /** `VOLLEY_HTTP_PORT`; 0 takes a free one. */
  readonly port: number;
  /** `VOLLEY_HTTP_HOST` */
  readonly host: string;
};

const DAY_S = 24 * 60 * 60;
const HOUR_MS = 60 * 60 * 1_000;

/**
 * Reads the settings of the process that takes callbacks.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readWebhooksConfig(environment: Environment): WebhooksConfig {
  const reader = createSettingsReader(environment);
  const regions = reader.list("VOLLEY_REGIONS", {
    pattern: REGION_NAME_PATTERN,
    expected: "region names such as us or gulf-2",
  });
  return reader.finish({
    unread: unreadSettings(environment, regions),
    redis: readRedisSettings(reader),
    prefix: reader.text("VOLLEY_PREFIX", { default: DEFAULT_PREFIX }),
    regions: readCallbackRegions(reader, regions),
    maxAgeS: reader.integer("VOLLEY_CALLBACK_MAX_AGE_S", {
      default: DAY_S,
      minimum: 10,
      maximum: 30 * DAY_S,
      unit: "seconds",
    }),
    // A message is tried for three days, and its report for another one.
    keepDays: reader.integer("VOLLEY_KEEP_RECEIPTS_DAYS", { default: 7, minimum: 4, maximum: 365, unit: "days" }),
    events: {
      megabytes: reader.integer("VOLLEY_EVENTS_KEEP_MB", { default: 100, minimum: 1, maximum: 100_000, unit: "MB" }),
      hours: reader.integer("VOLLEY_EVENTS_KEEP_HOURS", { default: 72, minimum: 1, maximum: 8_760, unit: "hours" }),
    },
    port: reader.integer("VOLLEY_HTTP_PORT", { default: 8081, minimum: 0, maximum: 65_535 }),
    host: reader.text("VOLLEY_HTTP_HOST", { default: "0.0.0.0" }),
    logLevel: reader.oneOf("VOLLEY_LOG_LEVEL", LOG_LEVELS, { default: "info" }),
    shutdownMs: reader.integer("VOLLEY_SHUTDOWN_MS", { default: 25_000, minimum: 0, maximum: HOUR_MS }),
  });
}
