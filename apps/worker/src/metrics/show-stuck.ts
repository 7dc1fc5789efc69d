import type { Registry } from "@volley/runtime";
import type { RegionHealth } from "@volley/worker";
import { Gauge } from "prom-client";

/**
 * Shows for how long work has waited in a region that this process could take and does not: what `/livez` fails for after
 * `VOLLEY_STUCK_AFTER_MS`.
 */
export function showStuck(
  registry: Registry,
  worker: { readonly health: () => readonly RegionHealth[] },
  now: () => Date = () => new Date(),
): void {
  const stuck = new Gauge({
    name: "volley_worker_stuck_seconds",
    help: "For how long work has waited that this process could pick up and does not; 0 while all is well.",
    labelNames: ["region"],
    registers: [registry],
    collect: () => {
      for (const { region, stuckSince } of worker.health()) {
        stuck.set({ region }, stuckSince === null ? 0 : (now().getTime() - stuckSince.getTime()) / 1_000);
      }
    },
  });
}
