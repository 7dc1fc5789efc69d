import { DEFAULT_REGION_LIMITS, DELIVERY_REPORTS, RATE_UNITS, type RateUnit, regionVariable } from "@volley/contract";
import type { SettingsReader } from "@volley/runtime";
import {
  type Authentication,
  type CurrentSecrets,
  DEFAULT_TIMEOUT_MS,
  publishedBaseUrl,
  PUBLISHED_REGIONS,
} from "@volley/sinch";
import { readAuthentication, readCurrentSecrets } from "./authentication-settings.ts";
import { readReplySettings, type ReplySettings } from "../replies/reply-settings.ts";
import { readHostUrl } from "./read-host-url.ts";

/** How one region is reached, and its limits. */
export type RegionSettings = {
  readonly name: string;
  /** `VOLLEY_<REGION>_BASE_URL`, or what Sinch publishes. */
  readonly baseUrl: string;
  /** `VOLLEY_<REGION>_SERVICE_PLAN_ID`, `_API_TOKEN`; or `_PROJECT_ID`, `_KEY_ID`, `_KEY_SECRET`. */
  readonly auth: Authentication;
  /** The secrets as they are now, where `_API_TOKEN_FILE`, `_KEY_ID_FILE` or `_KEY_SECRET_FILE` has them. */
  readonly secrets?: CurrentSecrets;
  /** `VOLLEY_<REGION>_CONCURRENCY`: requests in flight over all processes. */
  readonly concurrency: number;
  /** `VOLLEY_<REGION>_TIMEOUT_MS`: deadline of one request. */
  readonly timeoutMs: number;
  /** `VOLLEY_<REGION>_RECIPIENTS_PER_SECOND`: the pace over all processes; `null` without one. */
  readonly rate: number | null;
  /** `VOLLEY_<REGION>_RATE_UNIT`: what the pace counts. */
  readonly rateUnit: RateUnit;
  /** `VOLLEY_<REGION>_BURST_MS`: milliseconds of the pace that one request may take at once. */
  readonly burstMs: number;
  /** `VOLLEY_<REGION>_URGENT_SHARE`: share of the pace that urgent sends have to themselves. */
  readonly urgentShare: number;
  /** `VOLLEY_<REGION>_DELIVERY_REPORT`: what a send asks for that does not say. */
  readonly deliveryReport: (typeof DELIVERY_REPORTS)[number];
  /** `VOLLEY_<REGION>_POLL_MS`: how often what callbacks tell is fetched, too; `null`: never. */
  readonly pollMs: number | null;
  readonly replies: ReplySettings;
  /** `VOLLEY_<REGION>_REPLIES_PER_MINUTE`: no more of them are made, to whomever. */
  readonly repliesPerMinute: number;
};

/**
 * Reads the settings of one region. There is no default region and no default plan: a wrong one would text people from
 * somebody else's account, or store their data on another continent.
 *
 * @param hasEvents - whether events are kept
 */
export function readRegionSettings(reader: SettingsReader, name: string, hasEvents: boolean): RegionSettings {
  const variable = `VOLLEY_${regionVariable(name)}`;
  const auth = readAuthentication(reader, variable);
  const secrets = readCurrentSecrets(reader, variable);
  return {
    name,
    baseUrl: readBaseUrl(reader, `${variable}_BASE_URL`, name, auth.kind),
    auth,
    ...(secrets !== undefined && { secrets }),
    concurrency: reader.integer(`${variable}_CONCURRENCY`, {
      default: DEFAULT_REGION_LIMITS.concurrency,
      minimum: 1,
      maximum: 10_000,
      unit: "requests",
    }),
    timeoutMs: reader.integer(`${variable}_TIMEOUT_MS`, {
      default: DEFAULT_TIMEOUT_MS,
      minimum: 100,
      maximum: 120_000,
    }),
    rate:
      reader.optionalNumber(`${variable}_RECIPIENTS_PER_SECOND`, { minimum: 0.001, unit: "recipients per second" }) ??
      null,
    rateUnit: reader.oneOf(`${variable}_RATE_UNIT`, RATE_UNITS, { default: DEFAULT_REGION_LIMITS.rateUnit }),
    burstMs: reader.integer(`${variable}_BURST_MS`, {
      default: DEFAULT_REGION_LIMITS.burstMs,
      minimum: 1,
      maximum: 60_000,
    }),
    urgentShare:
      reader.optionalNumber(`${variable}_URGENT_SHARE`, { minimum: 0, maximum: 1, unit: "of the rate" }) ??
      DEFAULT_REGION_LIMITS.urgentShare,
    deliveryReport: reader.oneOf(`${variable}_DELIVERY_REPORT`, DELIVERY_REPORTS, { default: "none" }),
    pollMs:
      reader.optionalNumber(`${variable}_POLL_MS`, { minimum: 1_000, maximum: 3_600_000, unit: "milliseconds" }) ??
      null,
    replies: readReplySettings(reader, variable, hasEvents),
    repliesPerMinute: reader.integer(`${variable}_REPLIES_PER_MINUTE`, {
      default: 600,
      minimum: 1,
      maximum: 1_000_000,
      unit: "replies per minute",
    }),
  };
}

function readBaseUrl(reader: SettingsReader, variable: string, name: string, kind: Authentication["kind"]): string {
  const published = publishedBaseUrl(name, kind);
  if (published === null && reader.optionalText(variable) === undefined) {
    reader.problem(
      `${variable}: expected the base URL of ${JSON.stringify(name)}, which is none of the regions that Sinch ` +
        `publishes (${PUBLISHED_REGIONS.join(", ")}), got nothing`,
    );
    return "";
  }
  return readHostUrl(reader, variable, published ?? undefined);
}
