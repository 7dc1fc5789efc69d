/** What a region has to do, and how fast it may. */
export type RegionLoad = {
  readonly region: string;
  /** Whether it sends: not while it is paused, suspended or held, when more workers could do nothing. */
  readonly isSending: boolean;
  /** Recipients whom what is on its queue has still to reach. */
  readonly recipients: number;
  /** Jobs that wait or are worked on, each a request at least. */
  readonly jobs: number;
  /** Its limits over all processes: requests in flight, and recipients per second; `null` where nothing is paced. */
  readonly concurrency: number;
  readonly rate: number | null;
  /** How long a request takes, in milliseconds; `null` where nobody has measured it. */
  readonly requestMs: number | null;
};

/** What one worker does. */
export type ReplicaPower = {
  /** Requests a second, at most. */
  readonly requestsPerSecond: number;
  /** Requests in flight in each region. */
  readonly inFlight: number;
  /** Within how many seconds what waits should be done, where the limits of its region let it. */
  readonly withinSeconds: number;
};

/** In workers, and parts of one: one works on all regions. */
export type RegionWish = {
  readonly region: string;
  /** So many get what waits done in time. */
  readonly needed: number;
  /** So many use the region's limits in full: what more of them could do its limits would not let them. */
  readonly useful: number;
};

/** How many workers there should be. */
export type WantedReplicas = { readonly replicas: number; readonly regions: readonly RegionWish[] };

const SECOND_MS = 1_000;
const RECIPIENTS_PER_REQUEST = 1_000;

/**
 * How many workers are wanted: in each region as many as what waits needs, and no more than its limits let be useful. A backlog
 * that waits for its region's pace never wants more of them, however old it is. One is wanted always: it notices work, and
 * whether the provider is back.
 */
export function wantedReplicas(loads: readonly RegionLoad[], power: ReplicaPower): WantedReplicas {
  const regions = loads.map((load) => wishOf(load, power));
  const wanted = regions.reduce((sum, { needed, useful }) => sum + Math.min(needed, useful), 0);
  return { replicas: Math.max(1, Math.ceil(rounded(wanted))), regions };
}

function wishOf(load: RegionLoad, power: ReplicaPower): RegionWish {
  const { region, isSending, recipients, jobs, concurrency, rate, requestMs } = load;
  const requests = Math.max(jobs, recipients / RECIPIENTS_PER_REQUEST);
  if (!isSending || requests === 0) return { region, needed: 0, useful: 0 };
  const fits = (inFlight: number): number =>
    requestMs === null ? Number.POSITIVE_INFINITY : (inFlight * SECOND_MS) / requestMs;
  const ofOne = Math.min(power.requestsPerSecond, fits(power.inFlight));
  const paced = rate === null ? Number.POSITIVE_INFINITY : rate / Math.max(1, recipients / requests);
  // Where nobody knows how long a request takes, as many as have the region's requests in flight.
  const allowed = requestMs === null ? (ofOne * concurrency) / power.inFlight : fits(concurrency);
  return {
    region,
    needed: rounded(requests / power.withinSeconds / ofOne),
    useful: rounded(Math.min(paced, allowed) / ofOne),
  };
}

/** To thousandths: what a division leaves behind is no worker. */
function rounded(replicas: number): number {
  return Math.round(replicas * 1_000) / 1_000;
}
