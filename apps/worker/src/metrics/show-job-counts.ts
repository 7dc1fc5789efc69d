import type { Registry } from "@volley/runtime";
import type { VolleyWorker } from "@volley/worker";
import { Gauge } from "prom-client";
import { PATIENCE_MS, within } from "./within.ts";

/**
 * Shows the jobs of every region by state, as Redis has them when the metrics are read.
 *
 * While Redis is away there are no such numbers, and all the others are shown as ever: a worker's commands wait for as
 * long as an outage takes, and that is when somebody looks at the metrics.
 *
 * @param patienceMs - how long Redis may take, in milliseconds
 */
export function showJobCounts(
  registry: Registry,
  worker: Pick<VolleyWorker, "counts">,
  patienceMs: number = PATIENCE_MS,
): void {
  const jobs = new Gauge({
    name: "volley_jobs",
    help: "Jobs on the region's queue, by BullMQ state, over all processes.",
    labelNames: ["region", "state"],
    registers: [registry],
    collect: async () => {
      const counts = await within(worker.counts, patienceMs);
      jobs.reset();
      for (const [region, ofRegion] of counts ?? []) {
        for (const [state, count] of Object.entries(ofRegion)) jobs.set({ region, state }, count);
      }
    },
  });
}
