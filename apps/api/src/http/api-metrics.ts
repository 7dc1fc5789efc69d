import type { Registry } from "@volley/runtime";
import { Counter, Histogram } from "prom-client";

/** From a look at a status to an upload of a million lines. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600];

/** Counts requests, by the pattern of their route. */
export type ApiMetrics = {
  readonly answered: (method: string, route: string, status: number, seconds: number) => void;
};

export function createApiMetrics(registry: Registry): ApiMetrics {
  const labelNames = ["method", "route"] as const;
  const requests = new Counter({
    name: "volley_api_requests_total",
    help: "Requests, by route and by the first digit of the answer's status.",
    labelNames: [...labelNames, "status"] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: "volley_api_request_duration_seconds",
    help: "From the request's headers to the end of its answer, by route.",
    labelNames,
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    answered: (method, route, status, seconds) => {
      requests.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
      duration.observe({ method, route }, seconds);
    },
  };
}
