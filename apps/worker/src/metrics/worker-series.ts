import type { Registry } from "@volley/runtime";
import { Counter, Gauge, Histogram } from "prom-client";

/** The worker's own metrics, each with the label `region` and at most one more. */
export type WorkerSeries = {
  /** By `outcome`. */
  readonly requests: Counter;
  readonly durations: Histogram;
  readonly accepted: Counter;
  /** By `cause`. */
  readonly failures: Counter;
  /** By `answer`. */
  readonly asks: Counter;
  /** By `state`. */
  readonly sends: Counter;
  /** By `ending`. */
  readonly recipients: Counter;
  /** By `outcome`. */
  readonly takenOut: Counter;
  readonly notTakenFrom: Counter;
  /** By `reason`. */
  readonly backOffs: Counter;
  readonly doubts: Counter;
  readonly crashes: Counter;
  readonly newerJobs: Counter;
  readonly lostWorkers: Counter;
  readonly suspended: Gauge;
  /** By `reason`. */
  readonly notPulling: Gauge;
  /** By `code`. */
  readonly redisRefusals: Counter;
  readonly paceWaits: Histogram;
};

/** From a quick answer to the longest deadline that makes sense, in seconds. */
const DURATION_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16];

/** A turn comes within a quarter of a second, or the job leaves its slot; urgent ones wait for up to a second. */
const PACE_BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Registers the worker's metrics. */
export function registerWorkerSeries(registry: Registry): WorkerSeries {
  const described = describer(registry);
  return {
    requests: new Counter(
      described("volley_requests_total", "Requests to the provider, by how they ended.", "outcome"),
    ),
    failures: new Counter(
      described("volley_failures_total", "Requests and questions without a usable answer, by why.", "cause"),
    ),
    durations: new Histogram({
      ...described("volley_request_duration_seconds", "How long the provider took to answer."),
      buckets: DURATION_BUCKETS,
    }),
    accepted: new Counter(
      described(
        "volley_recipients_accepted_total",
        "Recipients in batches that the provider accepted, found ones included.",
      ),
    ),
    asks: new Counter(
      described("volley_asks_total", "Questions whether the provider has a batch, before sending again.", "answer"),
    ),
    sends: new Counter(described("volley_sends_total", "Sends that have their result, by state.", "state")),
    recipients: new Counter(
      described("volley_recipients_total", "Recipients by how they ended, as their parts end.", "ending"),
    ),
    backOffs: new Counter(
      described("volley_back_offs_total", "Times a region waited because of the provider.", "reason"),
    ),
    paceWaits: new Histogram({
      ...described("volley_pace_wait_seconds", "How long requests waited for their turn in the region's pace."),
      buckets: PACE_BUCKETS,
    }),
    ...registerRegionSeries(registry),
    ...registerTroubleSeries(registry),
  };
}

/** How a region is, and this process in it. */
function registerRegionSeries(registry: Registry): Pick<WorkerSeries, "redisRefusals" | "notPulling" | "suspended"> {
  const described = describer(registry);
  return {
    redisRefusals: new Counter(
      described("volley_redis_refusals_total", "Writes that Redis refused to this process, by its first word.", "code"),
    ),
    notPulling: new Gauge(
      described("volley_worker_not_pulling", "1 while this process picks up nothing in the region.", "reason"),
    ),
    suspended: new Gauge(
      described("volley_region_suspended", "1 while the region's set-up is refused or leads nowhere."),
    ),
  };
}

function registerTroubleSeries(
  registry: Registry,
): Pick<WorkerSeries, "takenOut" | "notTakenFrom" | "doubts" | "crashes" | "newerJobs" | "lostWorkers"> {
  const described = describer(registry);
  return {
    takenOut: new Counter(
      described(
        "volley_taken_out_total",
        "People who opted out while their batch waited at the provider: out of it, or too late.",
        "outcome",
      ),
    ),
    notTakenFrom: new Counter(
      described(
        "volley_waiting_batches_left_total",
        "Batches that wait of which nobody is taken out: there are too many.",
      ),
    ),
    doubts: new Counter(
      described("volley_parts_in_doubt_total", "Parts of which nobody knew whether they were accepted, once each."),
    ),
    newerJobs: new Counter(described("volley_newer_jobs_total", "Pick-ups of jobs that wait for a newer worker.")),
    crashes: new Counter(described("volley_unexpected_errors_total", "Jobs that met an error nobody has foreseen.")),
    lostWorkers: new Counter(described("volley_lost_workers_total", "Jobs that lost their worker and wait again.")),
  };
}

/** What the metrics of one registry have in common. */
function describer(registry: Registry) {
  return (name: string, help: string, ...labels: string[]) => ({
    name,
    help,
    labelNames: ["region", ...labels],
    registers: [registry],
  });
}
