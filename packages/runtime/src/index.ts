export { checkRedis, REDIS_CHECK_TIMEOUT_MS } from "./redis/check-redis.ts";
export { closeRedis } from "./redis/close-redis.ts";
export { connectRedis } from "./redis/connect-redis.ts";
export type { ConnectRedisOptions, RedisRole } from "./redis/connect-redis.ts";
export { createLogger, LOG_LEVELS } from "./log/create-logger.ts";
export type { LoggerSettings, LogLevel } from "./log/create-logger.ts";
export { createMetrics, metricsText } from "./http/create-metrics.ts";
export type { Metrics, MetricsText } from "./http/create-metrics.ts";
export { watchRedisSetUp } from "./redis/watch-redis-set-up.ts";
export type { EvictionAnswer, RedisSetUp } from "./redis/watch-redis-set-up.ts";
export { createAppRegistry } from "./process/create-app-registry.ts";
export { describeRedis } from "./redis/describe-redis.ts";
export { addHealthRoutes } from "./http/health-routes.ts";
export type { HealthOptions } from "./http/health-routes.ts";
export type { ProcessEvents } from "./process/interrupts.ts";
export { listen } from "./http/listen.ts";
export type { Listening, ListenOptions } from "./http/listen.ts";
export type {
  ListOptions,
  NumberOptions,
  OneOfOptions,
  OptionalNumberOptions,
  OptionalTextOptions,
  TextOptions,
  UrlOptions,
} from "./settings/read-setting.ts";
export { readAuthorities } from "./settings/read-authorities.ts";
export { REDACTED_PATHS } from "./log/redacted-paths.ts";
export type { RedisClient } from "./redis/redis-client.ts";
export { readRedisSettings } from "./redis/redis-settings.ts";
export { checkStores, closeStores, connectStores, listsOf, regionsOf } from "./redis/stores.ts";
export type { Store } from "./redis/stores.ts";
export { readStores } from "./redis/store-settings.ts";
export type { StoreSettings } from "./redis/store-settings.ts";
export type { RedisAccess, RedisNode, RedisSettings } from "./redis/redis-settings.ts";
export {
  readAppSettings,
  readEvictionAnswer,
  readReceiptsSettings,
  readOptOutReplicas,
  readProofS,
  readSuppressionSecret,
} from "./process/app-settings.ts";
export type { AppSettings, ReceiptsSettings } from "./process/app-settings.ts";
export { ownPackage } from "./process/own-package.ts";
export { runApp } from "./process/run-app.ts";
export type { App, AppConfig } from "./process/run-app.ts";
export { EXIT_CODES, runProcess } from "./process/run-process.ts";
export type { ProcessToRun } from "./process/run-process.ts";
export type { SecretFile } from "./settings/secret-file.ts";
export { serializeError } from "./log/serialize-error.ts";
export type { ErrorName, SerializedError } from "./log/serialize-error.ts";
export { SERVER_OPTIONS, serveHttp } from "./http/serve-http.ts";
export type { HttpServer } from "./http/serve-http.ts";
export { SettingsError } from "./settings/settings-error.ts";
export { createSettingsReader } from "./settings/settings-reader.ts";
export type { Environment, SettingsReader } from "./settings/settings-reader.ts";
export type { Started } from "./terms/started.ts";
export type { HealthCheck, Verdict } from "./terms/verdict.ts";
export { waitForRedis } from "./redis/wait-for-redis.ts";
export type { Logger } from "pino";
export type { Registry } from "prom-client";
