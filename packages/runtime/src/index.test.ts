import { expect, it } from "@jest/globals";

import * as runtime from "./index.ts";

it("exports exactly these names", () => {
  expect(Object.keys(runtime)).toEqual([
    "EXIT_CODES",
    "LOG_LEVELS",
    "REDACTED_PATHS",
    "REDIS_CHECK_TIMEOUT_MS",
    "SERVER_OPTIONS",
    "SettingsError",
    "addHealthRoutes",
    "checkRedis",
    "closeRedis",
    "connectRedis",
    "createAppRegistry",
    "createLogger",
    "createMetrics",
    "createSettingsReader",
    "describeRedis",
    "listen",
    "metricsText",
    "ownPackage",
    "readAppSettings",
    "readAuthorities",
    "readEvictionAnswer",
    "readOptOutReplicas",
    "readProofS",
    "readReceiptsSettings",
    "readRedisSettings",
    "readSuppressionSecret",
    "runApp",
    "runProcess",
    "serializeError",
    "serveHttp",
    "waitForRedis",
    "watchRedisSetUp",
  ]);
});
