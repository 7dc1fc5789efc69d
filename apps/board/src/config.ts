import { DEFAULT_PREFIX, REGION_NAME_PATTERN, unreadSettings } from "@volley/contract";
import { createSettingsReader, LOG_LEVELS, readRedisSettings } from "@volley/runtime";
import type { AppConfig, Environment, RedisSettings } from "@volley/runtime";

/** The board's settings. */
export type BoardConfig = AppConfig & {
  redis: RedisSettings;
  /** `VOLLEY_PREFIX` */
  prefix: string;
  /** `VOLLEY_REGIONS`, in the order in which they are shown. */
  regions: readonly string[];
  /** `VOLLEY_HTTP_PORT`; 0 takes a free one. */
  port: number;
  /** `VOLLEY_HTTP_HOST` */
  host: string;
  /** `VOLLEY_BOARD_USER` */
  user: string;
  /** `VOLLEY_BOARD_PASSWORD`; without one the board is locked. */
  password: string | undefined;
  /** `VOLLEY_BOARD_READ_ONLY`; a retry in a board sends real messages. */
  readOnly: boolean;
  /** `VOLLEY_BOARD_SHOW_RECIPIENTS`; otherwise recipients and texts are masked. */
  showRecipients: boolean;
};

/**
 * Reads the board's settings.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readBoardConfig(environment: Environment): BoardConfig {
  const reader = createSettingsReader(environment);
  const redis = readRedisSettings(reader);
  const regions = reader.list("VOLLEY_REGIONS", {
    default: ["us"],
    pattern: REGION_NAME_PATTERN,
    expected: "region names such as us or gulf-2",
  });
  return reader.finish({
    unread: unreadSettings(environment, environment["VOLLEY_REGIONS"] ? regions : null),
    redis,
    prefix: reader.text("VOLLEY_PREFIX", { default: DEFAULT_PREFIX }),
    regions,
    port: reader.integer("VOLLEY_HTTP_PORT", { default: 8082, minimum: 0, maximum: 65_535 }),
    host: reader.text("VOLLEY_HTTP_HOST", { default: "0.0.0.0" }),
    user: reader.text("VOLLEY_BOARD_USER", {
      default: "volley",
      pattern: /^[^:]+$/,
      expected: "a name without a colon",
    }),
    password: reader.optionalText("VOLLEY_BOARD_PASSWORD", { secret: true }),
    readOnly: reader.boolean("VOLLEY_BOARD_READ_ONLY", { default: true }),
    showRecipients: reader.boolean("VOLLEY_BOARD_SHOW_RECIPIENTS", { default: false }),
    logLevel: reader.oneOf("VOLLEY_LOG_LEVEL", LOG_LEVELS, { default: "info" }),
    shutdownMs: reader.integer("VOLLEY_SHUTDOWN_MS", { default: 25_000, minimum: 0, maximum: 3_600_000 }),
  });
}
