import type { Registry } from "@volley/runtime";
import { Counter, Gauge } from "prom-client";
import type { EndpointGauge } from "../endpoint/start-endpoints.ts";
import type { EndpointObserver } from "../endpoint/observer.ts";

/** Shows what this process delivers to endpoints. @param gauges - asked anew each time */
export function showEndpoints(registry: Registry, gauges: () => readonly EndpointGauge[]): EndpointObserver {
  const attempts = new Counter({
    name: "volley_endpoint_attempts_total",
    help: "Requests to endpoints by their outcome: delivered, failed, gone (410).",
    labelNames: ["endpoint", "outcome"],
    registers: [registry],
  });
  const events = new Counter({
    name: "volley_endpoint_events_total",
    help: "What became of events at endpoints: delivered, given_up after the last try, missed (dropped before that).",
    labelNames: ["endpoint", "end"],
    registers: [registry],
  });
  const disabled = new Counter({
    name: "volley_endpoints_disabled_total",
    help: "Endpoints that this process has disabled, since they failed for too long or answered 410.",
    labelNames: ["reason"],
    registers: [registry],
  });
  for (const reason of ["failing", "gone"]) disabled.inc({ reason }, 0);
  showGauges(registry, gauges);
  return {
    attempted: (endpoint, outcome) => attempts.inc({ endpoint, outcome }),
    ended: (endpoint, end) => events.inc({ endpoint, end }),
    disabled: (_, reason) => disabled.inc({ reason }),
  };
}

function showGauges(registry: Registry, gauges: () => readonly EndpointGauge[]): void {
  const lag = new Gauge({
    name: "volley_endpoint_lag_seconds",
    help: "How far behind an endpoint is that this process delivers to: the age of the last event that it has come to.",
    labelNames: ["endpoint"],
    registers: [],
  });
  const waiting = new Gauge({
    name: "volley_endpoint_waiting",
    help: "Events that an endpoint has been tried with, or is about to be, and has not taken.",
    labelNames: ["endpoint"],
    registers: [],
    collect() {
      for (const gauge of [this, lag]) gauge.reset();
      for (const { endpoint, waiting: count, lagMs } of gauges()) {
        this.set({ endpoint }, count);
        lag.set({ endpoint }, lagMs / 1_000);
      }
    },
  });
  for (const gauge of [waiting, lag]) registry.registerMetric(gauge);
}
