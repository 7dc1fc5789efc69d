import { DEFAULT_PREFIX, REGION_NAME_PATTERN, REGION_NAMES_EXPECTED, unreadSettings } from "@volley/contract";
import { LOG_LEVELS } from "../log/create-logger.ts";
import { readRedisSettings, type RedisSettings } from "../redis/redis-settings.ts";
import { EVICTION_ANSWERS, type EvictionAnswer } from "../redis/watch-redis-set-up.ts";
import { readStores, type StoreSettings } from "../redis/store-settings.ts";
import type { Environment, SettingsReader } from "../settings/settings-reader.ts";
import type { AppConfig } from "./run-app.ts";
import { isTraced } from "./start-tracing.ts";

const MB = 1_000_000;
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

const REPLICAS = { auto: null, "0": 0, "1": 1, "2": 2, "3": 3 } as const;

const OPT_OUT_SCOPES = ["sender", "region", "all"] as const;

/** What every process with an address reads. */
export type AppSettings = AppConfig & {
  readonly redis: RedisSettings;
  /** `VOLLEY_<REGION>_REDIS_URL`: the Redis of regions that have one of their own. */
  readonly stores: readonly StoreSettings[];
  /** `VOLLEY_PREFIX` */
  readonly prefix: string;
  /** `VOLLEY_HTTP_PORT`; 0 takes a free one. */
  readonly port: number;
  /** `VOLLEY_HTTP_HOST` */
  readonly host: string;
};

/** How long what the provider tells is kept. */
export type ReceiptsSettings = {
  /** `VOLLEY_KEEP_RECEIPTS_DAYS`: how long is known what became of a message. */
  readonly keepDays: number;
  /** `VOLLEY_EVENTS_KEEP_MB` and `VOLLEY_EVENTS_KEEP_HOURS`: events are kept until one of the two is reached, none where 0 MB are. */
  readonly events: {
    readonly keep: { readonly bytes: number; readonly ageMs: number };
    /** `VOLLEY_EVENTS_QUEUE`: whether each becomes a job of BullMQ. */
    readonly isQueued: boolean;
  };
  /** `VOLLEY_KEEP_INBOUNDS_MB` and `VOLLEY_KEEP_INBOUNDS_DAYS`: the same of messages from phones. */
  readonly inbounds: { readonly bytes: number; readonly ageMs: number };
  readonly optOuts: {
    /** `VOLLEY_START_WORDS`: words that alone mean START, too. */
    readonly startWords: readonly string[];
    /** `VOLLEY_OPT_OUT_SCOPE`: whether an opt-out counts for the sender that was answered, for its region (the default), or for all. */
    readonly scope: (typeof OPT_OUT_SCOPES)[number];
    /** `VOLLEY_OPT_OUT_REPLICAS`: how many replicas of Redis have it before an opt-out is acknowledged; `null` for one where there are any. */
    readonly replicas: number | null;
    /** `VOLLEY_PROOF_DAYS`, in seconds: how long the proof about somebody is kept after something was noted last. */
    readonly proofS: number;
  };
};

/**
 * Reads what every process with an address reads, and `VOLLEY_REGIONS`.
 *
 * @param own - its port where none is set; its regions where none are set, without which they are required
 * @returns the names of the regions, and the settings
 */
export function readAppSettings(
  environment: Environment,
  reader: SettingsReader,
  own: { readonly port: number; readonly regions?: string[] },
): { readonly names: readonly string[]; readonly app: AppSettings } {
  const redis = readRedisSettings(reader);
  const names = reader.list("VOLLEY_REGIONS", {
    ...(own.regions && { default: own.regions }),
    pattern: REGION_NAME_PATTERN,
    expected: REGION_NAMES_EXPECTED,
  });
  const app = {
    unread: unreadSettings(environment, environment["VOLLEY_REGIONS"] ? names : null),
    isTraced: isTraced(environment),
    redis,
    stores: readStores(environment, reader, redis),
    prefix: reader.text("VOLLEY_PREFIX", { default: DEFAULT_PREFIX }),
    port: reader.integer("VOLLEY_HTTP_PORT", { default: own.port, minimum: 0, maximum: 65_535 }),
    host: reader.text("VOLLEY_HTTP_HOST", { default: "0.0.0.0" }),
    logLevel: reader.oneOf("VOLLEY_LOG_LEVEL", LOG_LEVELS, { default: "info" }),
    shutdownMs: reader.integer("VOLLEY_SHUTDOWN_MS", { default: 25_000, minimum: 0, maximum: HOUR_MS }),
  };
  return { names, app };
}

/**
 * Reads `VOLLEY_SUPPRESSION_SECRET`: by it numbers stand in the suppression list as keyed hashes, in clear without it. Whoever
 * reads or writes the list needs the same one.
 */
export function readSuppressionSecret(reader: SettingsReader): string | undefined {
  return reader.optionalText("VOLLEY_SUPPRESSION_SECRET", {
    secret: true,
    pattern: /^.{16,}$/s,
    expected: "at least 16 characters",
  });
}

/** Reads `VOLLEY_OPT_OUT_REPLICAS`. @returns `null` for one where there are any */
export function readOptOutReplicas(reader: SettingsReader): number | null {
  return REPLICAS[reader.oneOf("VOLLEY_OPT_OUT_REPLICAS", ["auto", "0", "1", "2", "3"], { default: "auto" })];
}

/** Reads `VOLLEY_PROOF_DAYS`: how long it is kept what was heard of somebody and withheld from them. @returns seconds */
export function readProofS(reader: SettingsReader): number {
  const days = reader.integer("VOLLEY_PROOF_DAYS", { default: 1_461, minimum: 1, maximum: 3_653, unit: "days" });
  return (days * DAY_MS) / 1_000;
}

/** Reads `VOLLEY_REDIS_EVICTION`. */
export function readEvictionAnswer(reader: SettingsReader): EvictionAnswer {
  return reader.oneOf("VOLLEY_REDIS_EVICTION", EVICTION_ANSWERS, { default: "refuse" });
}

/** What sends events somewhere. */
const WAYS_OUT = ["VOLLEY_EVENTS_QUEUE", "VOLLEY_EVENTS_DELIVER"];

/** Reads how long is kept what the provider tells. */
export function readReceiptsSettings(reader: SettingsReader): ReceiptsSettings {
  const megabytes = reader.integer("VOLLEY_EVENTS_KEEP_MB", { default: 100, minimum: 0, maximum: 100_000, unit: "MB" });
  const hours = reader.integer("VOLLEY_EVENTS_KEEP_HOURS", { default: 72, minimum: 1, maximum: 8_760, unit: "hours" });
  for (const name of megabytes === 0 ? WAYS_OUT : []) {
    if (!reader.boolean(name, { default: false })) continue;
    reader.problem(`${name}: expected false, since VOLLEY_EVENTS_KEEP_MB is 0 and there are no events, got true`);
  }
  return {
    // A message is tried for three days, and its report for another one.
    keepDays: reader.integer("VOLLEY_KEEP_RECEIPTS_DAYS", { default: 7, minimum: 4, maximum: 365, unit: "days" }),
    events: {
      keep: { bytes: megabytes * MB, ageMs: hours * HOUR_MS },
      isQueued: reader.boolean("VOLLEY_EVENTS_QUEUE", { default: false }),
    },
    optOuts: {
      scope: reader.oneOf("VOLLEY_OPT_OUT_SCOPE", OPT_OUT_SCOPES, { default: "region" }),
      startWords:
        reader
          .optionalText("VOLLEY_START_WORDS", {
            pattern: /^[^,]{1,40}(?:,[^,]{1,40}){0,19}$/,
            expected: "at most 20 words with commas between them",
          })
          ?.split(",") ?? [],
      replicas: readOptOutReplicas(reader),
      proofS: readProofS(reader),
    },
    inbounds: {
      bytes: MB * reader.integer("VOLLEY_KEEP_INBOUNDS_MB", { default: 100, minimum: 1, maximum: 100_000, unit: "MB" }),
      ageMs:
        DAY_MS * reader.integer("VOLLEY_KEEP_INBOUNDS_DAYS", { default: 30, minimum: 1, maximum: 365, unit: "days" }),
    },
  };
}
