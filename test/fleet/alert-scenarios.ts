/** Values of a series in Prometheus' notation, one a minute; `null` for none at all. */
type Series = Readonly<Record<string, string | null>>;

/** For how many minutes a scenario lasts, and when it is looked at. */
export const MINUTES = 120;

/** A number that stays. */
function stays(value: number): string {
  return `${value}x${MINUTES}`;
}

/** A number that grows or shrinks by so much a minute. */
function moves(from: number, by: number): string {
  return `${from}${by < 0 ? "-" : "+"}${Math.abs(by)}x${MINUTES}`;
}

/** A number that stays, and grows in the last minutes. */
function rises(by: number, minutes = 10): string {
  return `0x${MINUTES - minutes} ${by}+${by}x${minutes - 1}`;
}

const state = (name: string): string => `volley_region_not_sending_seconds{region="us",state="${name}"}`;

/** A region at work, with callbacks, events and an endpoint. */
export const WELL: Series = {
  volley_up: stays(1),
  'volley_waiting_recipients{region="us"}': moves(900_000, -6_000),
  'volley_backlog_seconds{region="us"}': moves(9_000, -60),
  'volley_oldest_waiting_job_seconds{region="us"}': moves(30, 60),
  [state("paused")]: stays(0),
  [state("suspended")]: stays(0),
  [state("held")]: stays(0),
  'volley_sends_late{region="us"}': stays(0),
  'volley_region_workers{region="us",state="working"}': stays(2),
  'volley_region_workers{region="us",state="refused"}': stays(0),
  'volley_relay_lag_seconds{sink="queue"}': stays(1),
  'volley_poll_lag_seconds{region="us",kind="inbounds"}': stays(600),
  volley_events_dropped: stays(0),
  'volley_endpoints{state="enabled"}': stays(2),
  'volley_endpoints{state="disabled"}': stays(0),
  volley_redis_memory_bytes: stays(1e9),
  volley_redis_memory_limit_bytes: stays(4e9),
  volley_redis_evicts: stays(0),
  volley_redis_append_only: stays(1),
  volley_redis_changes_total: stays(0),
  'volley_requests_total{region="us",outcome="accepted"}': moves(0, 60),
  'volley_asks_total{region="us",answer="absent"}': moves(0, 1),
  'volley_recipients_accepted_total{region="us"}': moves(0, 6_000),
  'volley_recipients_total{region="us",ending="unknown"}': stays(0),
  'volley_worker_not_pulling{region="us",reason="refused"}': stays(0),
  'volley_worker_not_pulling{region="us",reason="redis"}': stays(0),
  'volley_worker_stuck_seconds{region="us"}': stays(0),
  'volley_newer_jobs_total{region="us"}': stays(0),
  'volley_unexpected_errors_total{region="us"}': stays(0),
  'volley_callbacks_total{region="us",answer="taken"}': moves(0, 6_000),
  'volley_callbacks_total{region="us",answer="bad_signature"}': stays(0),
  'volley_callback_duration_seconds_bucket{region="us",le="0.1"}': moves(0, 5_990),
  'volley_callback_duration_seconds_bucket{region="us",le="2.5"}': moves(0, 6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="5"}': moves(0, 6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="+Inf"}': moves(0, 6_000),
  'volley_endpoint_lag_seconds{endpoint="ep_1"}': stays(0),
};

/** What follows where nothing is sent any more: what waits gets older, and there is nothing to be told of. */
const NOTHING_SENT: Series = {
  'volley_waiting_recipients{region="us"}': stays(900_000),
  'volley_backlog_seconds{region="us"}': stays(9_000),
  'volley_oldest_waiting_job_seconds{region="us"}': moves(9_000, 60),
  'volley_requests_total{region="us",outcome="accepted"}': stays(60),
  'volley_asks_total{region="us",answer="absent"}': stays(0),
  'volley_recipients_accepted_total{region="us"}': stays(6_000),
  'volley_callbacks_total{region="us",answer="taken"}': stays(6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="0.1"}': stays(6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="2.5"}': stays(6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="5"}': stays(6_000),
  'volley_callback_duration_seconds_bucket{region="us",le="+Inf"}': stays(6_000),
};

/** What the exporter shows: gone where it is, and where Redis is. */
const UNSHOWN: Series = Object.fromEntries(
  Object.keys(WELL)
    .filter((name) =>
      /^volley_(?:waiting|backlog|oldest|region|sends_late|relay|poll_lag|events|endpoints|redis_[mera])/.test(name),
    )
    .map((name) => [name, null]),
);

/** What happens, and which alerts it wakes somebody with, beside the watchdog. */
export const SCENARIOS: readonly (readonly [what: string, changed: Series, ...alerts: string[]])[] = [
  ["all is well", {}],
  ["nothing happens at night", { ...NOTHING_SENT, ...calm() }],
  ["somebody has paused the region", { ...NOTHING_SENT, [state("paused")]: moves(60, 60) }],
  ["a long backlog waits for the region's pace", { 'volley_backlog_seconds{region="us"}': moves(90_000, -60) }],
  ["more comes than the pace lets out", growing()],
  ["a rollout takes a moment", { 'volley_region_workers{region="us",state="working"}': `2x118 0x1 2x1` }],
  ["the token is refused", { ...NOTHING_SENT, [state("suspended")]: moves(60, 60) }, "VolleyRegionSuspended"],
  ["the provider is down", { ...NOTHING_SENT, [state("held")]: moves(60, 60) }, "VolleyRegionBacksOff"],
  ["nobody knows why nothing is sent", NOTHING_SENT, "VolleyBacklogStands"],
  ["sends end too late", { 'volley_sends_late{region="us"}': stays(2) }, "VolleySendsLate"],
  [
    "a part is unknown",
    { 'volley_recipients_total{region="us",ending="unknown"}': rises(1) },
    "VolleyRecipientsUnknown",
  ],
  ["answers are lost", { 'volley_asks_total{region="us",answer="absent"}': moves(0, 10) }, "VolleyAsksOften"],
  [
    "one worker has a dead token",
    { 'volley_worker_not_pulling{region="us",reason="refused"}': stays(1) },
    "VolleyWorkerNotPulling",
  ],
  ["a worker is stuck", { 'volley_worker_stuck_seconds{region="us"}': moves(0, 60) }, "VolleyWorkerStuck"],
  [
    "no worker runs",
    { ...NOTHING_SENT, ...withoutWorkers(), 'volley_region_workers{region="us",state="working"}': stays(0) },
    "VolleyRegionUnattended",
  ],
  [
    "a producer that is newer than the workers",
    { 'volley_newer_jobs_total{region="us"}': moves(0, 12) },
    "VolleyWorkersTooOld",
  ],
  ["a fault of ours", { 'volley_unexpected_errors_total{region="us"}': rises(1) }, "VolleyErrorsUnforeseen"],
  ["Redis is away", { ...NOTHING_SENT, ...UNSHOWN, volley_up: stays(0) }, "VolleyRedisAway"],
  ["Redis is nearly full", { volley_redis_memory_bytes: stays(3.5e9) }, "VolleyRedisMemory"],
  ["Redis has no limit", { volley_redis_memory_limit_bytes: stays(0) }],
  ["Redis evicts keys", { volley_redis_evicts: stays(1) }, "VolleyRedisEvicts"],
  ["Redis keeps nothing", { volley_redis_append_only: stays(0) }, "VolleyRedisKeepsNothing"],
  ["a failover", { volley_redis_changes_total: rises(1) }, "VolleyRedisChanged"],
  ["events are dropped", { volley_events_dropped: rises(10) }, "VolleyEventsDropped"],
  ["nobody takes events", { 'volley_relay_lag_seconds{sink="queue"}': moves(0, 60) }, "VolleyRelayBehind"],
  ["an endpoint fails", { 'volley_endpoint_lag_seconds{endpoint="ep_1"}': moves(0, 60) }, "VolleyEndpointBehind"],
  ["an endpoint is disabled", { 'volley_endpoints{state="disabled"}': stays(1) }, "VolleyEndpointDisabled"],
  [
    "callbacks wait",
    {
      'volley_callback_duration_seconds_bucket{region="us",le="0.1"}': moves(0, 5_900),
      'volley_callback_duration_seconds_bucket{region="us",le="2.5"}': moves(0, 5_900),
    },
    "VolleyCallbacksSlow",
  ],
  [
    "callbacks are refused",
    {
      'volley_callbacks_total{region="us",answer="taken"}': stays(0),
      'volley_callbacks_total{region="us",answer="bad_signature"}': moves(0, 6_000),
    },
    "VolleyCallbacksFail",
  ],
  [
    "callbacks stay away",
    { 'volley_callbacks_total{region="us",answer="taken"}': `0+6000x30 180000x${MINUTES - 31}` },
    "VolleyCallbacksStopped",
  ],
  ["polling stands", { 'volley_poll_lag_seconds{region="us",kind="inbounds"}': moves(600, 60) }, "VolleyPollBehind"],
  ["the exporter is gone", { ...UNSHOWN, volley_up: null }, "VolleyExporterDown"],
];

/** Nothing waits. */
function calm(): Series {
  return {
    'volley_waiting_recipients{region="us"}': stays(0),
    'volley_backlog_seconds{region="us"}': stays(0),
    'volley_oldest_waiting_job_seconds{region="us"}': stays(0),
  };
}

/** First come, first served: what is next is as old as all of it takes. */
function growing(): Series {
  return {
    'volley_waiting_recipients{region="us"}': moves(900_000, 600),
    'volley_backlog_seconds{region="us"}': moves(9_000, 6),
    'volley_oldest_waiting_job_seconds{region="us"}': moves(9_000, 5),
  };
}

/** What a worker shows is not there any more. */
function withoutWorkers(): Series {
  const own = /^volley_(?:requests|asks|recipients|worker|unexpected|endpoint_lag)/;
  return Object.fromEntries(Object.keys(WELL).flatMap((name) => (own.test(name) ? [[name, null]] : [])));
}
