import type { Registry } from "@volley/runtime";
import { type Relay, startRelay } from "../feed/start-relay.ts";
import { showOutbox } from "../metrics/show-outbox.ts";
import { showRelayed } from "../metrics/show-relayed.ts";
import { createQueueSink } from "../queue/queue-sink.ts";
import type { EventsPlace, RelayLog } from "../terms/relay-options.ts";

/** What a process needs that relays events. */
export type RelayEvents = EventsPlace & {
  readonly log: RelayLog;
  readonly registry: Registry;
  /** Whether each event becomes a job. */
  readonly isQueued: boolean;
};

/** Starts all ways out of the events, with their metrics. Any number of processes may do so: each sink is fed by one. */
export function relayEvents({ redis, prefix, log, registry, isQueued }: RelayEvents): Relay {
  const place = { redis, prefix };
  const sinks = isQueued ? [createQueueSink(place)] : [];
  showOutbox(registry, place);
  const names = sinks.map(({ name }) => name);
  return startRelay({ ...place, log, sinks, observer: showRelayed(registry, place, names) });
}
