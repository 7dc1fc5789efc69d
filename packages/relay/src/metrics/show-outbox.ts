import { readOutbox } from "@volley/receipts";
import type { Registry } from "@volley/runtime";
import { Gauge } from "prom-client";
import type { EventsPlace } from "../terms/relay-options.ts";

/** Shows how many events are kept, over all processes. */
export function showOutbox(registry: Registry, { redis, prefix }: EventsPlace): void {
  const registers: Registry[] = [];
  const bytes = new Gauge({ name: "volley_events_bytes", help: "Size of the events that are kept.", registers });
  const dropped = new Gauge({
    name: "volley_events_dropped",
    help: "Events that had to go before their time, since there were too many.",
    registers,
  });
  const events = new Gauge({
    name: "volley_events",
    help: "Events that are kept, over all processes; absent while Redis is away.",
    registers,
    async collect() {
      const found = await readOutbox(redis, prefix).catch(() => null);
      for (const gauge of [this, bytes, dropped]) gauge.reset();
      if (found === null) return;
      this.set(found.events);
      bytes.set(found.bytes);
      dropped.set(found.dropped);
    },
  });
  for (const gauge of [events, bytes, dropped]) registry.registerMetric(gauge);
}
