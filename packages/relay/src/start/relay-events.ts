import type { Registry } from "@volley/runtime";
import type { EndpointSettings } from "../endpoint/settings.ts";
import { startEndpoints } from "../endpoint/start-endpoints.ts";
import { type Relay, startRelay } from "../feed/start-relay.ts";
import { showEndpoints } from "../metrics/show-endpoints.ts";
import { showRelayed } from "../metrics/show-relayed.ts";
import { createQueueSink } from "../queue/queue-sink.ts";
import type { EventsPlace, RelayLog } from "../terms/relay-options.ts";
import type { Sink } from "../terms/sink.ts";

/** The settings of a process that relays events. */
export type RelaySettings = {
  readonly prefix: string;
  /** Whether each event becomes a job. */
  readonly receipts: { readonly events: { readonly isQueued: boolean } };
  readonly endpoints: EndpointSettings;
};

/** What it has. */
export type RelayParts = Pick<EventsPlace, "redis"> & {
  readonly log: RelayLog;
  readonly registry: Registry;
  /** What the process does about events itself. @default nothing */
  readonly sinks?: readonly Sink[];
};

/** Starts all ways out of the events, with their metrics. Any number of processes may do so: each sink is fed by one. */
export function relayEvents(
  { prefix, receipts, endpoints }: RelaySettings,
  { redis, log, registry, sinks: own = [] }: RelayParts,
): Relay {
  const place = { redis, prefix };
  const sinks = [...own, ...(receipts.events.isQueued ? [createQueueSink(place)] : [])];
  const names = sinks.map(({ name }) => name);
  const relay = startRelay({ ...place, log, sinks, observer: showRelayed(registry, names) });
  if (!endpoints.isDelivering) return relay;
  const observer = showEndpoints(registry, () => delivering.gauges());
  const delivering = startEndpoints({ ...place, log, settings: endpoints, observer });
  return { close: async () => void (await Promise.all([relay.close(), delivering.close()])) };
}
