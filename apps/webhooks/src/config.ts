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
} from "@volley/runtime";
import { type EndpointSettings, readEndpointSettings } from "@volley/relay";
import { type CallbackRegion, readCallbackRegions } from "./settings/callback-settings.ts";

/** The settings of the process that takes callbacks. */
export type WebhooksConfig = AppSettings & {
  /** `VOLLEY_REGIONS`, and how their callbacks prove where they come from. */
  readonly regions: readonly CallbackRegion[];
  /** `VOLLEY_CALLBACK_MAX_AGE_S`: how old a signature may be, in seconds. */
  readonly maxAgeS: number;
  /** `VOLLEY_REDIS_EVICTION`: what becomes of the process whose Redis forgets keys when it is full. */
  readonly eviction: EvictionAnswer;
  readonly receipts: ReceiptsSettings;
  /** `VOLLEY_EVENTS_…`: how events are delivered to endpoints. */
  readonly endpoints: EndpointSettings;
  /** `VOLLEY_SUPPRESSION_SECRET` */
  readonly suppressionSecret: string | undefined;
};

const DAY_S = 24 * 60 * 60;

/**
 * Reads the settings of the process that takes callbacks.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readWebhooksConfig(environment: Environment): WebhooksConfig {
  const reader = createSettingsReader(environment);
  const { names, app } = readAppSettings(environment, reader, { port: 8081 });
  const receipts = readReceiptsSettings(reader);
  return reader.finish({
    ...app,
    regions: readCallbackRegions(reader, names),
    maxAgeS: reader.integer("VOLLEY_CALLBACK_MAX_AGE_S", {
      default: DAY_S,
      minimum: 10,
      maximum: 30 * DAY_S,
      unit: "seconds",
    }),
    eviction: readEvictionAnswer(reader),
    receipts,
    endpoints: readEndpointSettings(reader, receipts.events.keep.bytes > 0),
    suppressionSecret: readSuppressionSecret(reader),
  });
}
