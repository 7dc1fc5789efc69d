import { regionVariable } from "@volley/contract";
import type { SettingsReader } from "@volley/runtime";
import { DEFAULT_TIMEOUT_MS, publishedBaseUrl, PUBLISHED_REGIONS } from "@volley/sinch";

/** How one region is reached, and its limits. */
export type RegionSettings = {
  readonly name: string;
  /** `VOLLEY_<REGION>_BASE_URL`, or what Sinch publishes. */
  readonly baseUrl: string;
  /** `VOLLEY_<REGION>_SERVICE_PLAN_ID` */
  readonly servicePlanId: string;
  /** `VOLLEY_<REGION>_API_TOKEN` */
  readonly apiToken: string;
  /** `VOLLEY_<REGION>_CONCURRENCY`: requests in flight over all processes. */
  readonly concurrency: number;
  /** `VOLLEY_<REGION>_TIMEOUT_MS`: deadline of one request. */
  readonly timeoutMs: number;
  /** `VOLLEY_<REGION>_RECIPIENTS_PER_SECOND`: read, and not honoured yet; the worker says so at its start. */
  readonly recipientsPerSecond: number | undefined;
};

/** Requests in flight over all processes, unless told otherwise. */
const DEFAULT_CONCURRENCY = 10;

const PLAN_ID = { pattern: /^[\w.~-]+$/, expected: "a service plan ID" };

/**
 * Reads the settings of one region. There is no default region and no default plan: a wrong one would text people from
 * somebody else's account, or store their data on another continent.
 */
export function readRegionSettings(reader: SettingsReader, name: string): RegionSettings {
  const variable = `VOLLEY_${regionVariable(name)}`;
  return {
    name,
    baseUrl: readBaseUrl(reader, name, `${variable}_BASE_URL`),
    servicePlanId: reader.text(`${variable}_SERVICE_PLAN_ID`, PLAN_ID),
    apiToken: reader.text(`${variable}_API_TOKEN`, {
      pattern: /^[\x21-\x7e]+$/,
      expected: "an API token",
      secret: true,
    }),
    concurrency: reader.integer(`${variable}_CONCURRENCY`, {
      default: DEFAULT_CONCURRENCY,
      minimum: 1,
      maximum: 10_000,
      unit: "requests",
    }),
    timeoutMs: reader.integer(`${variable}_TIMEOUT_MS`, {
      default: DEFAULT_TIMEOUT_MS,
      minimum: 100,
      maximum: 120_000,
    }),
    recipientsPerSecond: reader.optionalNumber(`${variable}_RECIPIENTS_PER_SECOND`, {
      minimum: 0.001,
      unit: "recipients per second",
    }),
  };
}

function readBaseUrl(reader: SettingsReader, name: string, variable: string): string {
  const published = publishedBaseUrl(name);
  const given = reader.optionalText(variable);
  if (published === null && given === undefined) {
    reader.problem(
      `${variable}: expected the base URL of ${JSON.stringify(name)}, which is none of the regions that Sinch ` +
        `publishes (${PUBLISHED_REGIONS.join(", ")}), got nothing`,
    );
    return "";
  }
  const url = reader.url(variable, { schemes: ["http", "https"], ...(published !== null && { default: published }) });
  if (url !== "" && !isHostOnly(url)) {
    // What stands before an @ may be a password.
    const got = url.includes("@") ? "one with credentials (hidden)" : JSON.stringify(url);
    reader.problem(`${variable}: expected a scheme and a host without a path, got ${got}`);
  }
  return url;
}

function isHostOnly(text: string): boolean {
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === "/" && search === "" && hash === "" && username === "" && password === "";
}
