import { EVENT_TYPES, type KeptEvent } from "@volley/receipts";
import type { Registry } from "@volley/runtime";
import { Counter, Gauge } from "prom-client";
import { readLagMs } from "../feed/read-lag.ts";
import type { EventsPlace, RelayObserver } from "../terms/relay-options.ts";

const TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);

/** Shows what this process has handed to sinks, and how far these are behind. @param sinks - their names */
export function showRelayed(registry: Registry, place: EventsPlace, sinks: readonly string[]): RelayObserver {
  const registers = [registry];
  const relayed = new Counter({
    name: "volley_relayed_total",
    help: "Events that a sink has taken from this process, by type.",
    labelNames: ["sink", "type"],
    registers,
  });
  const gaps = new Counter({
    name: "volley_relay_gaps_total",
    help: "How often a sink was so far behind that events were dropped before it had them.",
    labelNames: ["sink"],
    registers,
  });
  const lag = new Gauge({
    name: "volley_relay_lag_seconds",
    help: "Age of the oldest event that a sink has not taken, over all processes; absent while Redis is away.",
    labelNames: ["sink"],
    registers: [],
    async collect() {
      const lags = await Promise.all(sinks.map(async (sink) => readLagMs(place, sink).catch(() => null)));
      this.reset();
      for (const [index, sink] of sinks.entries()) {
        const lagMs = lags[index] ?? null;
        if (lagMs !== null) this.set({ sink }, lagMs / 1_000);
      }
    },
  });
  registry.registerMetric(lag);
  for (const sink of sinks) {
    gaps.inc({ sink }, 0);
    for (const type of EVENT_TYPES) relayed.inc({ sink, type }, 0);
  }
  return {
    relayed: (sink: string, events: readonly KeptEvent[]) => {
      for (const { type } of events) relayed.inc({ sink, type: TYPES.has(type) ? type : "other" });
    },
    missed: (sink) => gaps.inc({ sink }),
  };
}
