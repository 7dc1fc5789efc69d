// The settings of the blueprint's table, which are a public interface. REDIS_URL and its neighbours carry no prefix.
const settings = new Set([
  "REDIS_URL",
  "REDIS_SENTINELS",
  "REDIS_MASTER_NAME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "VOLLEY_AUTH_URL",
  "VOLLEY_REDIS_EVICTION",
  "VOLLEY_CA_FILE",
  "VOLLEY_PREFIX",
  "VOLLEY_REGIONS",
  "VOLLEY_WORKER_CONCURRENCY",
  "VOLLEY_LEAD_MS",
  "VOLLEY_ROUTES_FILE",
  "VOLLEY_UNKNOWN_HOLD_MS",
  "VOLLEY_SHUTDOWN_MS",
  "VOLLEY_HTTP_PORT",
  "VOLLEY_HTTP_HOST",
  "VOLLEY_LOG_LEVEL",
  "VOLLEY_BOARD_USER",
  "VOLLEY_BOARD_PASSWORD",
  "VOLLEY_BOARD_READ_ONLY",
  "VOLLEY_CALLBACK_MAX_AGE_S",
  "VOLLEY_KEEP_RECEIPTS_DAYS",
  "VOLLEY_KEEP_INBOUNDS_MB",
  "VOLLEY_KEEP_INBOUNDS_DAYS",
  "VOLLEY_SUPPRESSION_SECRET",
  "VOLLEY_EVENTS_KEEP_MB",
  "VOLLEY_EVENTS_KEEP_HOURS",
  "VOLLEY_EVENTS_QUEUE",
  "VOLLEY_EMULATOR_LATENCY_MS",
  "VOLLEY_EMULATOR_SPEED",
  "VOLLEY_EMULATOR_DISPATCH_MS",
  "VOLLEY_EMULATOR_FAIL_SHARE",
  "VOLLEY_EMULATOR_SEED",
  "VOLLEY_EMULATOR_REPORT_URL",
  "VOLLEY_EMULATOR_INBOUND_URL",
  "VOLLEY_EMULATOR_CALLBACK_SECRET",
  "VOLLEY_EMULATOR_CALLBACK_ORDER",
  "VOLLEY_EMULATOR_REPORTS_TWICE",
  "VOLLEY_EMULATOR_REPORTS_EARLY",
  "VOLLEY_EMULATOR_TOKEN_SECONDS",
  "VOLLEY_EMULATOR_KEEP",
  "VOLLEY_EMULATOR_DEFAULT_ORIGINATOR",
  "VOLLEY_EMULATOR_ACCEPT_ANY_GROUP",
  "VOLLEY_EMULATOR_REFUSE_LATE_CANCEL",
]);

const settingsOfRegion = [
  "SERVICE_PLAN_ID",
  "API_TOKEN",
  "PROJECT_ID",
  "KEY_ID",
  "KEY_SECRET",
  "BASE_URL",
  "CONCURRENCY",
  "RECIPIENTS_PER_SECOND",
  "TIMEOUT_MS",
  "CALLBACK_SECRETS",
  "CALLBACK_BASIC",
  "CALLBACK_TOKENS",
];

/**
 * Whether a process of Volley reads a variable of that name, with these regions configured. A misspelt one would be
 * passed over in silence.
 */
export function isKnownSetting(name: string, regions: readonly string[]): boolean {
  return (
    settings.has(name) ||
    regions.some((region) =>
      settingsOfRegion.some((setting) => name === `VOLLEY_${region.toUpperCase().replaceAll("-", "_")}_${setting}`),
    )
  );
}
