import { mirrorEndpoints } from "@volley/endpoints";
import type { Registry } from "@volley/runtime";
import type { EndpointSettings } from "../endpoint/settings.ts";
import { type EndpointGauge, type Endpoints, startEndpoints } from "../endpoint/start-endpoints.ts";
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
  /** Every Redis of regions that have one of their own, which has events of its own. @default none */
  readonly others?: readonly RelayedPlace[];
};

/** A Redis, and what the process does about its events itself. */
type RelayedPlace = Pick<EventsPlace, "redis"> & { readonly sinks: readonly Sink[] };

/** Starts all ways out of the events, with their metrics. Any number of processes may do so: each sink is fed by one. */
export function relayEvents(
  { prefix, receipts, endpoints }: RelaySettings,
  { redis, log, registry, sinks = [], others = [] }: RelayParts,
): Relay {
  const places = [{ redis, sinks }, ...others].map((place) => ({
    place: { redis: place.redis, prefix },
    sinks: [...place.sinks, ...(receipts.events.isQueued ? [createQueueSink({ redis: place.redis, prefix })] : [])],
  }));
  const names = new Set(places.flatMap((each) => each.sinks.map(({ name }) => name)));
  const observer = showRelayed(registry, [...names]);
  const relays: Relay[] = places.map((each) => startRelay({ ...each.place, log, sinks: each.sinks, observer }));
  if (endpoints.isDelivering) {
    const delivering: Endpoints[] = [];
    const shown = showEndpoints(registry, () => together(delivering.flatMap((each) => each.gauges())));
    const options = { log, settings: endpoints, observer: shown };
    delivering.push(...places.map(({ place }) => startEndpoints({ ...place, ...options })));
    relays.push(...delivering);
    const [home, ...apart] = places.map(({ place }) => place);
    relays.push(...apart.flatMap((to) => (home ? [keepMirrored(home, to, log)] : [])));
  }
  return { close: async () => void (await Promise.all(relays.map(async (each) => each.close()))) };
}

/** How often the endpoints are looked at that others have changed, in milliseconds. */
const MIRROR_MS = 1_000;

/** What a Redis that was away has missed of the endpoints it gets once it is back. */
function keepMirrored(from: EventsPlace, to: EventsPlace, log: RelayLog): Relay {
  let isRunning = false;
  let isFailing = false;
  const timer = setInterval(() => {
    if (isRunning || from.redis.status !== "ready" || to.redis.status !== "ready") return;
    isRunning = true;
    mirrorEndpoints(from, to)
      .then(() => (isFailing = false))
      .catch((error: unknown) => {
        if (!isFailing) log.warn({ err: error }, "endpoints cannot be brought to another Redis; it is tried again");
        isFailing = true;
      })
      .finally(() => (isRunning = false));
  }, MIRROR_MS);
  return { close: async () => clearInterval(timer) };
}

/** An endpoint gets the events of every Redis: what waits in all of them, and how late the last is. */
function together(gauges: readonly EndpointGauge[]): EndpointGauge[] {
  const all = new Map<string, EndpointGauge>();
  for (const gauge of gauges) {
    const { waiting = 0, lagMs = 0 } = all.get(gauge.endpoint) ?? {};
    const added = { waiting: waiting + gauge.waiting, lagMs: Math.max(lagMs, gauge.lagMs) };
    all.set(gauge.endpoint, { endpoint: gauge.endpoint, ...added });
  }
  return [...all.values()];
}
