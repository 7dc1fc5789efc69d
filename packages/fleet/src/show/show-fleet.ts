import type { Registry } from "@volley/runtime";
import { Gauge } from "prom-client";
import type { Fleet } from "../look/create-fleet.ts";
import { FLEET_SERIES } from "./fleet-series.ts";
import { countRedisChanges } from "./count-redis-changes.ts";

/**
 * Shows what is true of all processes together, as Redis has it when the metrics are read. What Redis does not answer is not
 * shown, rather than shown as it was once; `volley_up` says so.
 */
export function showFleet(registry: Registry, fleet: Fleet): void {
  const look = countRedisChanges(registry, fleet.look);
  for (const { name, help, labels = [], read } of FLEET_SERIES) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect: async () => {
        const rows = read(await look());
        gauge.reset();
        // A gauge without labels is 0 after a reset, which is a number like any other.
        if (labels.length === 0) gauge.remove();
        for (const [value, ...values] of rows) {
          gauge.set(Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ""])), value);
        }
      },
    });
  }
}
