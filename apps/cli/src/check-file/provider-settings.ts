import { regionVariable } from "@volley/contract";
import { createSettingsReader, type Environment, readAuthorities, type SettingsReader } from "@volley/runtime";
import {
  type Authentication,
  DEFAULT_TIMEOUT_MS,
  publishedBaseUrl,
  PUBLISHED_REGIONS,
  type SinchClientOptions,
} from "@volley/sinch";

/**
 * Reads how the provider is reached for a region, from the variables that its worker has. There is no default region and
 * no default account.
 *
 * @throws SettingsError with everything that is wrong
 */
export function readProviderSettings(environment: Environment, region: string): SinchClientOptions {
  const reader = createSettingsReader(environment);
  const variable = `VOLLEY_${regionVariable(region)}`;
  const auth = readAuthentication(reader, variable);
  const baseUrl = readBaseUrl(reader, `${variable}_BASE_URL`, publishedBaseUrl(region, auth.kind), region);
  const timeoutMs = reader.integer(`${variable}_TIMEOUT_MS`, {
    default: DEFAULT_TIMEOUT_MS,
    minimum: 100,
    maximum: 120_000,
  });
  return reader.finish({ auth, baseUrl, timeoutMs, ...readWay(reader) });
}

/** A service plan or a project, as the worker reads them: with both, nobody could tell whose account is asked. */
function readAuthentication(reader: SettingsReader, variable: string): Authentication {
  const setIn = (...names: string[]): string[] =>
    names
      .map((name) => `${variable}_${name}`)
      .filter((name) => reader.optionalText(name, { secret: true }) !== undefined);
  const plan = setIn("SERVICE_PLAN_ID", "API_TOKEN");
  const project = setIn("PROJECT_ID", "KEY_ID", "KEY_SECRET");
  if (plan.length > 0 && project.length > 0) {
    const got = [...plan, ...project].join(", ");
    reader.problem(`${variable}_PROJECT_ID: expected either a service plan or a project, got ${got}`);
  }
  if (project.length === 0) {
    return {
      kind: "plan",
      servicePlanId: reader.text(`${variable}_SERVICE_PLAN_ID`),
      apiToken: reader.text(`${variable}_API_TOKEN`, { secret: true }),
    };
  }
  const authUrl = reader.optionalText("VOLLEY_AUTH_URL");
  return {
    kind: "project",
    projectId: reader.text(`${variable}_PROJECT_ID`),
    keyId: reader.text(`${variable}_KEY_ID`, { secret: true }),
    keySecret: reader.text(`${variable}_KEY_SECRET`, { secret: true }),
    ...(authUrl !== undefined && { authUrl }),
  };
}

function readBaseUrl(reader: SettingsReader, variable: string, published: string | null, region: string): string {
  if (published !== null || reader.optionalText(variable) !== undefined) {
    return reader.url(variable, { schemes: ["http", "https"], ...(published !== null && { default: published }) });
  }
  reader.problem(
    `${variable}: expected the base URL of ${JSON.stringify(region)}, which is none of the regions that Sinch ` +
      `publishes (${PUBLISHED_REGIONS.join(", ")}), got nothing`,
  );
  return "";
}

/** Proxies and authorities, as for the worker: in lower case first, as curl and Node read them. */
function readWay(reader: SettingsReader): Pick<SinchClientOptions, "proxy" | "ca"> {
  const either = (name: string): string | undefined =>
    reader.optionalText(name.toLowerCase(), { secret: true }) ?? reader.optionalText(name, { secret: true });
  const [https, http, no] = [either("HTTPS_PROXY"), either("HTTP_PROXY"), either("NO_PROXY")];
  const ca = readAuthorities(reader, "VOLLEY_CA_FILE");
  return {
    proxy: {
      ...(https !== undefined && { https }),
      ...(http !== undefined && { http }),
      ...(no !== undefined && { no }),
    },
    ...(ca !== undefined && { ca }),
  };
}
