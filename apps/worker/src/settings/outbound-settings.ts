import { readAuthorities, type SettingsReader } from "@volley/runtime";
import { createSinchClient, type HttpClient, type ProxyOptions } from "@volley/sinch";
import { readHostUrl } from "./read-host-url.ts";

/** Which way requests leave, whatever region they are for. */
export type OutboundSettings = {
  /** `VOLLEY_AUTH_URL`: where projects get their tokens; unset: at Sinch. */
  readonly authUrl?: string;
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly proxy: ProxyOptions;
  /** What is in `VOLLEY_CA_FILE`. */
  readonly ca?: string;
  /** `VOLLEY_HTTP_CLIENT`; unset: got. */
  readonly httpClient?: HttpClient;
};

const CLIENTS = ["got", "node"] as const satisfies readonly HttpClient[];

/**
 * Reads which way requests leave. Of the proxies the lower case names come first, as for curl and Node itself.
 */
export function readOutboundSettings(reader: SettingsReader): OutboundSettings {
  const isAuthUrlSet = reader.optionalText("VOLLEY_AUTH_URL") !== undefined;
  const ca = readAuthorities(reader, "VOLLEY_CA_FILE");
  const isClientSet = reader.optionalText("VOLLEY_HTTP_CLIENT") !== undefined;
  const no = firstSet(reader, ["no_proxy", "NO_PROXY"])?.value;
  return {
    ...(isAuthUrlSet && { authUrl: readHostUrl(reader, "VOLLEY_AUTH_URL") }),
    proxy: { ...readProxy(reader, "https"), ...readProxy(reader, "http"), ...(no !== undefined && { no }) },
    ...(ca !== undefined && { ca }),
    ...(isClientSet && { httpClient: reader.oneOf("VOLLEY_HTTP_CLIENT", CLIENTS) }),
  };
}

function readProxy(reader: SettingsReader, scheme: "https" | "http"): ProxyOptions {
  const found = firstSet(reader, [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`]);
  if (!found) return {};
  const proxy = { [scheme]: found.value };
  if (isUsable(proxy)) return proxy;
  // It may hold a password.
  reader.problem(`${found.name}: expected the http or https URL of a proxy, got a value that is not (hidden)`);
  return {};
}

function firstSet(
  reader: SettingsReader,
  names: readonly string[],
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = reader.optionalText(name, { secret: true });
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

/** The client itself is asked, so that a proxy that is good here is good for it. No request is made. */
function isUsable(proxy: ProxyOptions): boolean {
  try {
    createSinchClient({ baseUrl: "https://localhost", servicePlanId: "none", apiToken: "none", proxy }).close();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
