import { recipientsPerSecond } from "@volley/contract";
import type { FleetLook, RegionLook } from "../look/create-fleet.ts";

/** A number, and the values of the metric's labels in their order. */
type Row = readonly [value: number, ...labels: string[]];

/** A metric of the fleet. */
type FleetSeries = {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (look: FleetLook) => readonly Row[];
};

/** What keeps a region from sending, as `volley region show` calls it. */
const STATES = [
  ["paused", "pausedSince"],
  ["suspended", "suspendedSince"],
  ["held", "heldSince"],
] as const;

/** A metric of regions; `read` without the region, which is their first label. */
function ofRegions(
  name: string,
  help: string,
  read: (region: RegionLook, at: Date) => readonly Row[] | number,
  ...labels: string[]
): FleetSeries {
  return {
    name,
    help,
    labels: ["region", ...labels],
    read: ({ regions, at }) =>
      [...regions].flatMap(([region, look]) => {
        const found = read(look, at);
        const rows: readonly Row[] = typeof found === "number" ? [[found]] : found;
        return rows.map(([value, ...values]): Row => [value, region, ...values]);
      }),
  };
}

/** A metric without labels. @param read - `null` where it is not known */
function ofAll(name: string, help: string, read: (look: FleetLook) => number | null | undefined): FleetSeries {
  return {
    name,
    help,
    read: (look) => {
      const value = read(look);
      return value === null || value === undefined ? [] : [[value]];
    },
  };
}

const REGION_SERIES: readonly FleetSeries[] = [
  ofRegions("volley_jobs", "Jobs on the region's queue, by BullMQ's state.", ({ jobs }) => rowsOf(jobs), "state"),
  ofRegions(
    "volley_waiting_recipients",
    "About how many recipients what is on the region's queue has still to reach.",
    ({ waitingRecipients }) => waitingRecipients,
  ),
  ofRegions(
    "volley_backlog_seconds",
    "About how long what waits takes at the region's limits; absent where nobody knows how fast it is.",
    (look) => secondsOf(look) ?? [],
  ),
  ofRegions(
    "volley_oldest_waiting_job_seconds",
    "How long the job has waited that waits for longest; 0 where none waits.",
    ({ waits }, at) => secondsSince(waits.oldestJobSince, at),
  ),
  ofRegions(
    "volley_region_not_sending_seconds",
    "For how long a region has been paused, suspended or held; 0 while it is not.",
    ({ waits }, at) => STATES.map(([state, since]) => [secondsSince(waits[since], at), state]),
    "state",
  ),
  ofRegions(
    "volley_sends_late",
    "About how many long sends under way end after their expire_at, at the region's limits.",
    ({ lateSends }) => lateSends,
  ),
  ofRegions(
    "volley_region_workers",
    "Processes that work on the region, by whether the provider refuses them.",
    ({ workers: { running, refused } }) => rowsOf({ working: running - refused, refused }),
    "state",
  ),
  ofRegions(
    "volley_region_rate_limit",
    "Recipients or segments per second; 0 where nothing is paced.",
    ({ limits }) => limits.limits.rate ?? 0,
  ),
  ofRegions(
    "volley_region_concurrency_limit",
    "Requests in flight over all processes.",
    ({ limits }) => limits.limits.concurrency,
  ),
  ofRegions(
    "volley_redeliveries_due",
    "Sends with retry_codes that are due for a look at whose messages have failed.",
    ({ redeliveriesDue }) => redeliveriesDue,
  ),
  ofRegions(
    "volley_poll_lag_seconds",
    "How long ago the time is up to which a list was read for certain; never less than its overlap where nothing happens.",
    ({ pollPlaces }, at) => [...pollPlaces].map(([kind, place]) => [secondsSince(place, at), kind]),
    "kind",
  ),
];

const EVENT_SERIES: readonly FleetSeries[] = [
  ofAll("volley_events", "Events that are kept.", ({ outbox }) => outbox?.events),
  ofAll("volley_events_bytes", "Size of the events that are kept.", ({ outbox }) => outbox?.bytes),
  ofAll(
    "volley_events_dropped",
    "Events that had to go before their time, since there were too many.",
    ({ outbox }) => outbox?.dropped,
  ),
  {
    name: "volley_relay_lag_seconds",
    help: "Age of the oldest event that a sink has not taken.",
    labels: ["sink"],
    read: ({ relayLags }) => [...(relayLags ?? [])].map(([sink, lagMs]) => [lagMs / 1_000, sink]),
  },
  {
    name: "volley_endpoints",
    help: "Endpoints by their state.",
    labels: ["state"],
    read: ({ endpoints }) => rowsOf(endpoints ?? {}),
  },
  ofAll(
    "volley_suppressions",
    "Entries of the suppression list; counted once a minute.",
    ({ suppressed }) => suppressed,
  ),
];

const REDIS_SERIES: readonly FleetSeries[] = [
  ofAll("volley_redis_memory_bytes", "What Redis takes.", ({ redis }) => redis?.memoryBytes),
  ofAll(
    "volley_redis_memory_limit_bytes",
    "What Redis may take (maxmemory); 0 for whatever there is.",
    ({ redis }) => redis?.memoryLimitBytes,
  ),
  ofAll(
    "volley_redis_evicts",
    "1 while Redis forgets keys when it is full.",
    ({ redis }) => redis && Number(redis.evicts),
  ),
  ofAll(
    "volley_redis_append_only",
    "1 while Redis keeps an append-only file and could write it last.",
    ({ redis }) => redis && Number(redis.appendsOnly),
  ),
  ofAll("volley_redis_replicas", "Replicas that are connected to Redis.", ({ redis }) => redis?.replicas),
];

/** All of them. */
export const FLEET_SERIES: readonly FleetSeries[] = [
  ofAll("volley_up", "1 while Redis answers everything that is asked of it for these numbers.", ({ isUp }) =>
    Number(isUp),
  ),
  ...REGION_SERIES,
  ...EVENT_SERIES,
  ...REDIS_SERIES,
];

/** By its recipients and by its requests, whichever takes longer. @returns `null` where nobody knows */
function secondsOf({ jobs, waitingRecipients, limits: { limits, requestMs } }: RegionLook): number | null {
  const perSecond = recipientsPerSecond(limits, requestMs);
  if (perSecond === null) return null;
  const requests = (jobs["waiting"] ?? 0) + (jobs["prioritized"] ?? 0);
  return Math.max(waitingRecipients / perSecond, (requests * (requestMs ?? 0)) / 1_000 / limits.concurrency);
}

function rowsOf(counts: Readonly<Record<string, number>>): Row[] {
  return Object.entries(counts).map(([label, count]) => [count, label]);
}

function secondsSince(since: Date | null, now: Date): number {
  return since === null ? 0 : Math.max(0, now.getTime() - since.getTime()) / 1_000;
}
