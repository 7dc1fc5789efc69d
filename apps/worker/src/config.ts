import {
  type AppSettings,
  createSettingsReader,
  type Environment,
  type EvictionAnswer,
  readAppSettings,
  readEvictionAnswer,
  readReceiptsSettings,
  readSuppressionSecret,
  type ReceiptsSettings,
  type SettingsReader,
} from "@volley/runtime";
import { type EndpointSettings, readEndpointSettings } from "@volley/relay";
import { DEFAULT_SETTINGS, type Settings } from "@volley/worker";
import { type OutboundSettings, readOutboundSettings } from "./settings/outbound-settings.ts";
import { readRegionSettings, type RegionSettings } from "./settings/region-settings.ts";

/** The worker's settings. */
export type WorkerConfig = AppSettings & {
  /** `VOLLEY_REGIONS` */
  readonly regions: readonly RegionSettings[];
  readonly outbound: OutboundSettings;
  readonly settings: Settings;
  readonly receipts: ReceiptsSettings;
  /** `VOLLEY_SUPPRESSION_SECRET` */
  readonly suppressionSecret: string | undefined;
  /** `VOLLEY_INBOUNDS_AGAIN_HOURS`: so far back inbounds are read again at the start and after a loss of Redis; 0: never. */
  readonly againMs: number;
  /** `VOLLEY_EVENTS_…`: how events are delivered to endpoints. */
  readonly endpoints: EndpointSettings;
  /** `VOLLEY_REDIS_EVICTION`: what becomes of a worker whose Redis forgets keys when it is full. */
  readonly eviction: EvictionAnswer;
  /** `VOLLEY_STUCK_AFTER_MS`: how long work may wait that the worker does not pull before `/livez` says no. */
  readonly stuckAfterMs: number;
};

/** Work counts as waiting only after several looks, so a short patience needs short intervals. */
const LOOKS_WITHIN_PATIENCE = 4;

const MB = 1_000_000;
const DAY_SECONDS = 24 * 60 * 60;

const HOUR_MS = 60 * 60 * 1_000;

/**
 * Reads the worker's settings.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  const reader = createSettingsReader(environment);
  const { names, app } = readAppSettings(environment, reader, { port: 9090 });
  const stuckAfterMs = reader.integer("VOLLEY_STUCK_AFTER_MS", { default: 60_000, minimum: 1_000, maximum: HOUR_MS });
  const receipts = readReceiptsSettings(reader);
  return reader.finish({
    ...app,
    regions: names.map((region) => readRegionSettings(reader, region, receipts.events.keep.bytes > 0)),
    outbound: readOutboundSettings(reader),
    settings: {
      ...readSettings(reader, stuckAfterMs),
      keepEvents: receipts.events.keep,
      proofS: receipts.optOuts.proofS,
    },
    receipts,
    suppressionSecret: readSuppressionSecret(reader),
    // A message is known for four days at least, and must not be told twice.
    againMs:
      HOUR_MS * reader.integer("VOLLEY_INBOUNDS_AGAIN_HOURS", { default: 24, minimum: 0, maximum: 96, unit: "hours" }),
    endpoints: readEndpointSettings(reader, receipts.events.keep.bytes > 0),
    stuckAfterMs,
    eviction: readEvictionAnswer(reader),
  });
}

function readSettings(reader: SettingsReader, stuckAfterMs: number): Omit<Settings, "keepEvents" | "proofS"> {
  return {
    workerConcurrency: reader.integer("VOLLEY_WORKER_CONCURRENCY", {
      default: DEFAULT_SETTINGS.workerConcurrency,
      minimum: 1,
      maximum: 10_000,
      unit: "jobs",
    }),
    leadMs: reader.integer("VOLLEY_LEAD_MS", {
      default: DEFAULT_SETTINGS.leadMs,
      minimum: 0,
      maximum: 72 * HOUR_MS,
    }),
    unknownHoldMs: reader.integer("VOLLEY_UNKNOWN_HOLD_MS", {
      default: DEFAULT_SETTINGS.unknownHoldMs,
      minimum: 0,
      maximum: 24 * HOUR_MS,
    }),
    probeIntervalMs: reader.integer("VOLLEY_PROBE_MS", {
      default: DEFAULT_SETTINGS.probeIntervalMs,
      minimum: 100,
      maximum: HOUR_MS,
    }),
    lookIntervalMs: Math.min(DEFAULT_SETTINGS.lookIntervalMs, stuckAfterMs / LOOKS_WITHIN_PATIENCE),
    keepRecipients: reader.boolean("VOLLEY_KEEP_RECIPIENTS", { default: DEFAULT_SETTINGS.keepRecipients }),
    keepResults: {
      age:
        reader.integer("VOLLEY_KEEP_RESULTS_DAYS", { default: 7, minimum: 1, maximum: 365, unit: "days" }) *
        DAY_SECONDS,
      bytes:
        reader.integer("VOLLEY_KEEP_RESULTS_MB", { default: 1_000, minimum: 10, maximum: 1_000_000, unit: "MB" }) * MB,
      count: reader.integer("VOLLEY_KEEP_RESULTS_COUNT", {
        default: DEFAULT_SETTINGS.keepResults.count,
        minimum: 1_000,
        maximum: 100_000_000,
        unit: "jobs",
      }),
    },
    linkAnswersS:
      reader.integer("VOLLEY_LINK_ANSWERS_DAYS", { default: 7, minimum: 0, maximum: 30, unit: "days" }) * DAY_SECONDS,
  };
}
