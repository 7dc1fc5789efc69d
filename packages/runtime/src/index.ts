export { checkRedis, REDIS_CHECK_TIMEOUT_MS } from "./check-redis.ts";
export { closeRedis } from "./close-redis.ts";
export { connectRedis } from "./connect-redis.ts";
export type { ConnectRedisOptions, RedisRole } from "./connect-redis.ts";
export { createLogger, LOG_LEVELS } from "./create-logger.ts";
export type { LoggerSettings, LogLevel } from "./create-logger.ts";
export { createMetrics, metricsText } from "./create-metrics.ts";
export type { Metrics, MetricsText } from "./create-metrics.ts";
export { describeRedis } from "./describe-redis.ts";
export { addHealthRoutes } from "./health-routes.ts";
export type { HealthOptions } from "./health-routes.ts";
export type { ProcessEvents } from "./interrupts.ts";
export { listen } from "./listen.ts";
export type { Listening, ListenOptions } from "./listen.ts";
export type {
  ListOptions,
  NumberOptions,
  OneOfOptions,
  OptionalNumberOptions,
  OptionalTextOptions,
  TextOptions,
  UrlOptions,
} from "./read-setting.ts";
export { readAuthorities } from "./read-authorities.ts";
export { REDACTED_PATHS } from "./redacted-paths.ts";
export type { RedisClient } from "./redis-client.ts";
export { readRedisSettings } from "./redis-settings.ts";
export type { RedisAccess, RedisNode, RedisSettings } from "./redis-settings.ts";
export { runApp } from "./run-app.ts";
export type { App, AppConfig } from "./run-app.ts";
export { EXIT_CODES, runProcess } from "./run-process.ts";
export type { ProcessToRun } from "./run-process.ts";
export type { SecretFile } from "./secret-file.ts";
export { serializeError } from "./serialize-error.ts";
export type { ErrorName, SerializedError } from "./serialize-error.ts";
export { SERVER_OPTIONS, serveHttp } from "./serve-http.ts";
export type { HttpServer } from "./serve-http.ts";
export { SettingsError } from "./settings-error.ts";
export { createSettingsReader } from "./settings-reader.ts";
export type { Environment, SettingsReader } from "./settings-reader.ts";
export type { Started } from "./started.ts";
export type { HealthCheck, Verdict } from "./verdict.ts";
export { waitForRedis } from "./wait-for-redis.ts";
export type { Logger } from "pino";
export type { Registry } from "prom-client";
