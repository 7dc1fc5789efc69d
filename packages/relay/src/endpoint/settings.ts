import type { SettingsReader } from "@volley/runtime";
import { readNetworks } from "./networks.ts";

/** How events are delivered to endpoints. */
export type EndpointSettings = {
  /** `VOLLEY_EVENTS_DELIVER`: whether this process does. */
  readonly isDelivering: boolean;
  /** `VOLLEY_EVENTS_ALLOW_NETWORKS`: private networks and addresses that requests may go to. */
  readonly networks: readonly string[];
  /** `VOLLEY_EVENTS_ANSWER_MS`: how long an endpoint has for its answer, in milliseconds. */
  readonly timeoutMs: number;
  /** `VOLLEY_EVENTS_RETRY_S`: how long after each failure an event is tried again; after the last one it is given up. In milliseconds. */
  readonly retryMs: readonly number[];
  /** `VOLLEY_EVENTS_DISABLE_HOURS`: how long an endpoint may fail at every request before it is disabled, in milliseconds. */
  readonly disableAfterMs: number;
  /** `VOLLEY_EVENTS_IN_FLIGHT`: requests to one endpoint at a time. */
  readonly inFlight: number;
};

const HOUR_MS = 60 * 60 * 1_000;

/** A little more than a day, as Svix does. */
const RETRY_S = "5,300,1800,7200,18000,36000,36000";

/** Reads them. @param hasEvents - whether any are kept: otherwise there is nothing to deliver */
export function readEndpointSettings(reader: SettingsReader, hasEvents = true): EndpointSettings {
  const name = "VOLLEY_EVENTS_ALLOW_NETWORKS";
  const networks = (reader.optionalText(name) ?? "").split(",").flatMap((text) => text.trim() || []);
  if (readNetworks(networks) === null) {
    reader.problem(`${name}: expected networks such as 10.0.0.0/8,fd00::/8, or addresses, got something else`);
  }
  const seconds = reader.text("VOLLEY_EVENTS_RETRY_S", {
    default: RETRY_S,
    pattern: /^\d{1,6}(?:\s*,\s*\d{1,6}){0,19}$/,
    expected: "1 to 20 numbers of seconds with commas between them",
  });
  return {
    isDelivering: reader.boolean("VOLLEY_EVENTS_DELIVER", { default: hasEvents }),
    networks,
    timeoutMs: reader.integer("VOLLEY_EVENTS_ANSWER_MS", { default: 15_000, minimum: 100, maximum: 60_000 }),
    retryMs: seconds.split(",").map((text) => Number(text) * 1_000),
    disableAfterMs:
      HOUR_MS *
      reader.integer("VOLLEY_EVENTS_DISABLE_HOURS", { default: 120, minimum: 1, maximum: 8_760, unit: "hours" }),
    inFlight: reader.integer("VOLLEY_EVENTS_IN_FLIGHT", { default: 10, minimum: 1, maximum: 100 }),
  };
}
