/** What one request brought to the provider, and when by the provider's clock. */
export type Arrival = { readonly at: number; readonly recipients: number };

/** How well a pace was kept. */
export type Pace = {
  /** What came in the time, as a share of what the limit allows. */
  readonly ratio: number;
  /** The most that came in any 5 s, as a share of what the limit allows in 5 s. */
  readonly worst: number;
  /** The same of any 1 s, which nobody has promised anything about. */
  readonly worstSecond: number;
  readonly recipients: number;
  readonly requests: number;
};

/**
 * Measures a pace as the provider sees it, over a time that begins with the first arrival.
 *
 * @param arrivals - in their order
 * @param rate - the limit, in recipients per second
 * @param seconds - how long there was enough to send
 */
export function paceOf(arrivals: readonly Arrival[], rate: number, seconds: number): Pace {
  const from = arrivals[0]?.at ?? 0;
  const within = arrivals.filter(({ at }) => at < from + seconds * 1_000);
  const recipients = within.reduce((sum, arrival) => sum + arrival.recipients, 0);
  return {
    ratio: recipients / (rate * seconds),
    worst: mostWithin(within, 5_000) / (rate * 5),
    worstSecond: mostWithin(within, 1_000) / rate,
    recipients,
    requests: within.length,
  };
}

/** The most recipients in any window of so long; the fullest one begins with an arrival. */
function mostWithin(arrivals: readonly Arrival[], windowMs: number): number {
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const { at, recipients } of arrivals) {
    sum += recipients;
    for (let oldest = arrivals[first]; oldest && oldest.at <= at - windowMs; oldest = arrivals[first]) {
      sum -= oldest.recipients;
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}
