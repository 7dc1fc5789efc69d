import type { Registry } from "@volley/runtime";
import type { RegionWaits, VolleyWorker } from "@volley/worker";
import { Gauge } from "prom-client";
import { PATIENCE_MS, within } from "./within.ts";

/** What is asked when the metrics are read. */
type Asked = Pick<VolleyWorker, "waits" | "lateSends">;

/** What keeps a region from sending, as `volley region show` calls it. */
const STATES: readonly (readonly [state: string, since: keyof RegionWaits])[] = [
  ["paused", "pausedSince"],
  ["suspended", "suspendedSince"],
  ["held", "heldSince"],
];

/**
 * Shows for how long every region has been kept from sending, and its oldest job has waited, and how many sends end too
 * late, as Redis has it when the metrics are read. While Redis is away there are no such numbers.
 *
 * @param patienceMs - how long Redis may take, in milliseconds
 */
export function showWaits(
  registry: Registry,
  worker: Asked,
  now: () => Date = () => new Date(),
  patienceMs: number = PATIENCE_MS,
): void {
  const show = (name: string, help: string, labels: readonly string[], read: Read): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ["region", ...labels],
      registers: [registry],
      collect: async () => {
        const waits = await within(worker.waits, patienceMs);
        gauge.reset();
        for (const [region, ofRegion] of waits ?? []) {
          for (const [of, since] of read(ofRegion)) gauge.set({ region, ...of }, secondsSince(since, now()));
        }
      },
    });
  };
  const late = new Gauge({
    name: "volley_sends_late",
    help: "About how many long sends under way end after their expire_at, at the region's limits.",
    labelNames: ["region"],
    registers: [registry],
    collect: async () => {
      const counts = await within(worker.lateSends, patienceMs);
      late.reset();
      for (const [region, count] of counts ?? []) late.set({ region }, count);
    },
  });
  show("volley_oldest_waiting_job_seconds", OLDEST, [], ({ oldestJobSince }) => [[{}, oldestJobSince]]);
  show("volley_region_not_sending_seconds", NOT_SENDING, ["state"], (waits) =>
    STATES.map(([state, since]) => [{ state }, waits[since]]),
  );
}

/** The labels of each series, and its time. */
type Read = (waits: RegionWaits) => (readonly [labels: Record<string, string>, since: Date | null])[];

const OLDEST = "How long the job has waited that waits for longest; 0 where none waits.";

const NOT_SENDING = "For how long a region has been paused, suspended or held; 0 while it is not.";

function secondsSince(since: Date | null, now: Date): number {
  return since === null ? 0 : Math.max(0, now.getTime() - since.getTime()) / 1_000;
}
