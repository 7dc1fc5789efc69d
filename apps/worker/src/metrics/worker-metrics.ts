import { noRecipients, SEND_STATES } from "@volley/contract";
import type { Registry } from "@volley/runtime";
import { FAILURE_CAUSES } from "@volley/sinch";
import type { Observer } from "@volley/worker";
import { registerWorkerSeries, type WorkerSeries } from "./worker-series.ts";

type EventOf<Name extends keyof Observer> = Parameters<Observer[Name]>[0];

/** A record and not a list, so that the compiler asks for a new outcome here, too. */
const OUTCOMES: Record<EventOf<"requestEnded">["outcome"], true> = {
  accepted: true,
  rejected: true,
  throttled: true,
  unauthorized: true,
  unavailable: true,
  unknown: true,
};

const ANSWERS: Record<EventOf<"asked">["answer"], true> = {
  found: true,
  others: true,
  absent: true,
  not_yet: true,
  unasked: true,
  unclear: true,
};

const STOP_REASONS: Record<EventOf<"stoodAside">["reason"], true> = { refused: true, redis: true };

/** Memory full, disk full, too few replicas, become a replica, another password. Others get their series when they come. */
const REDIS_REFUSALS = ["OOM", "MISCONF", "NOREPLICAS", "READONLY", "NOAUTH", "WRONGPASS"];

/** The usual ones; a further one gets its series when it comes. */
const BACK_OFF_REASONS = ["throttled", "unavailable"];

/**
 * Counts what the worker does. Labels are regions, outcomes and states; never anything personal.
 *
 * Every series exists from the start: `rate()` and `increase()` of Prometheus do not see a counter's step from absent to 1,
 * which is the first failure of a process.
 *
 * @param registry - where `/metrics` reads from
 * @param regions - every region of the process
 */
export function createWorkerMetrics(registry: Registry, regions: readonly string[]): Observer {
  const series = registerWorkerSeries(registry);
  for (const region of regions) startAtZero(series, region);
  const { requests, durations, accepted, asks, sends, recipients, backOffs, suspended, paceWaits } = series;
  const failed = (region: string, cause: EventOf<"asked">["cause"]): void => {
    if (cause !== null) series.failures.inc({ region, cause });
  };
  return {
    requestEnded: ({ region, outcome, cause, durationMs }) => {
      requests.inc({ region, outcome });
      failed(region, cause);
      durations.observe({ region }, durationMs / 1_000);
    },
    asked: ({ region, answer, cause }) => {
      asks.inc({ region, answer });
      failed(region, cause);
    },
    ended: ({ region, recipients: counts }) => {
      accepted.inc({ region }, counts.accepted);
      for (const [ending, count] of endingsOf(counts)) recipients.inc({ region, ending }, count);
    },
    takenOut: ({ region, outcome, recipients: count }) => series.takenOut.inc({ region, outcome }, count),
    notTakenFrom: ({ region }) => series.notTakenFrom.inc({ region }),
    settled: ({ region, result }) => sends.inc({ region, state: result.state }),
    paced: ({ region, waitMs }) => paceWaits.observe({ region }, waitMs / 1_000),
    doubted: ({ region }) => series.doubts.inc({ region }),
    crashed: ({ region }) => series.crashes.inc({ region }),
    newerJob: ({ region }) => series.newerJobs.inc({ region }),
    lostWorker: ({ region }) => series.lostWorkers.inc({ region }),
    backedOff: ({ region, reason }) => backOffs.inc({ region, reason }),
    suspended: ({ region, isSuspended }) => suspended.set({ region }, isSuspended ? 1 : 0),
    stoodAside: ({ region, reason, isAside }) => series.notPulling.set({ region, reason }, isAside ? 1 : 0),
    redisRefused: ({ region, code }) => series.redisRefusals.inc({ region, code }),
  };
}

function startAtZero(series: WorkerSeries, region: string): void {
  for (const outcome of Object.keys(OUTCOMES)) series.requests.inc({ region, outcome }, 0);
  for (const cause of FAILURE_CAUSES) series.failures.inc({ region, cause }, 0);
  for (const answer of Object.keys(ANSWERS)) series.asks.inc({ region, answer }, 0);
  for (const state of SEND_STATES) series.sends.inc({ region, state }, 0);
  for (const [ending] of endingsOf(noRecipients(0))) series.recipients.inc({ region, ending }, 0);
  for (const outcome of ["out", "too_late"]) series.takenOut.inc({ region, outcome }, 0);
  for (const reason of BACK_OFF_REASONS) series.backOffs.inc({ region, reason }, 0);
  for (const reason of Object.keys(STOP_REASONS)) series.notPulling.set({ region, reason }, 0);
  for (const code of REDIS_REFUSALS) series.redisRefusals.inc({ region, code }, 0);
  for (const counter of [
    series.accepted,
    series.notTakenFrom,
    series.doubts,
    series.crashes,
    series.newerJobs,
    series.lostWorkers,
  ])
    counter.inc({ region }, 0);
  series.durations.zero({ region });
  series.suspended.set({ region }, 0);
  series.paceWaits.zero({ region });
}

function endingsOf(counts: EventOf<"settled">["result"]["recipients"]): [string, number][] {
  return Object.entries(counts).filter(([ending]) => ending !== "requested");
}
