import { EVENT_TYPES, type KeptEvent } from "@volley/receipts";
import type { Registry } from "@volley/runtime";
import { Counter } from "prom-client";
import type { RelayObserver } from "../terms/relay-options.ts";

const TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);

/** Shows what this process has handed to sinks. @param sinks - their names */
export function showRelayed(registry: Registry, sinks: readonly string[]): RelayObserver {
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
