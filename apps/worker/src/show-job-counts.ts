import { setTimeout as pause } from "node:timers/promises";
import type { Registry } from "@volley/runtime";
import type { VolleyWorker } from "@volley/worker";
import { Gauge } from "prom-client";

/** What the metrics are given to ask Redis, in milliseconds: less than Prometheus waits for all of them. */
const DEFAULT_PATIENCE_MS = 2_000;

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
  patienceMs: number = DEFAULT_PATIENCE_MS,
): void {
  const jobs = new Gauge({
    name: "volley_jobs",
    help: "Jobs on the region's queue, by BullMQ state, over all processes.",
    labelNames: ["region", "state"],
    registers: [registry],
    collect: async () => {
      const counts = await countsWithin(worker, patienceMs);
      jobs.reset();
      for (const [region, ofRegion] of counts) {
        for (const [state, count] of Object.entries(ofRegion)) jobs.set({ region, state }, count);
      }
    },
  });
}

type Counts = Awaited<ReturnType<VolleyWorker["counts"]>>;

async function countsWithin(worker: Pick<VolleyWorker, "counts">, patienceMs: number): Promise<Counts> {
  const none: Counts = new Map();
  const timer = new AbortController();
  const late = pause(patienceMs, none, { signal: timer.signal }).catch(() => none);
  try {
    return await Promise.race([worker.counts().catch(() => none), late]);
  } finally {
    timer.abort();
  }
}
