import type { DeliveryState } from "../terms/delivery-state.ts";
import type { Tally } from "./read-tally.ts";

const ENDS = {
  Delivered: "delivered",
  Failed: "failed",
  Expired: "expired",
  Rejected: "rejected",
  Deleted: "deleted",
  Aborted: "aborted",
  Cancelled: "canceled",
} as const;

/** How far the messages of a send are. The ends, `unreported` and `open` add up to its accepted recipients. */
export type Delivery = Record<(typeof ENDS)[keyof typeof ENDS], number> & {
  /** The provider says that it does not know, or says what Volley does not know. */
  readonly unknown: number;
  /** Of those that are open. */
  readonly queued: number;
  /** Of those that are open. */
  readonly dispatched: number;
  /** Nothing was heard, and nothing will be: the batches have expired. */
  readonly unreported: number;
  readonly open: number;
  /** The ends by their codes, as texts; an end without one is not here. */
  readonly by_code: Readonly<Record<string, number>>;
  readonly last_at: string | null;
  /** The send that went once more to those whose messages had failed (`retry_codes`); left out where there is none. */
  readonly retried_as?: string;
};

/** What else is known of a send. */
export type SendFacts = {
  /** How many recipients the provider has accepted. */
  readonly accepted: number;
  /** When the provider stops trying. */
  readonly expiresAt: Date;
  readonly now: Date;
};

/** A report may be on its way for a while after a message has expired. */
const GRACE_MS = 60 * 60 * 1_000;

/** Counts how far the messages of a send are. */
export function deliveryOf(
  { states, lastAt }: Pick<Tally, "states" | "lastAt">,
  { accepted, expiresAt, now }: SendFacts,
): Delivery {
  const sum = (matches: (state: DeliveryState) => boolean): number =>
    states.filter(({ state }) => matches(state)).reduce((total, { count }) => total + count, 0);
  const ended = sum((state) => !isOpen(state));
  const isClosed = now.getTime() > expiresAt.getTime() + GRACE_MS;
  // Somebody to whom a group sent may be heard of beside those that the send counts.
  const left = Math.max(0, accepted - ended);
  const ends = Object.entries(ENDS).map(([status, name]) => [name, sum((state) => state.status === status)] as const);
  return {
    ...(Object.fromEntries(ends) as Record<(typeof ends)[number][0], number>),
    unknown: sum((state) => !isOpen(state) && !Object.hasOwn(ENDS, state.status)),
    queued: isClosed ? 0 : sum(({ status }) => status === "Queued"),
    dispatched: isClosed ? 0 : sum(({ status }) => status === "Dispatched"),
    unreported: isClosed ? left : 0,
    open: isClosed ? 0 : left,
    by_code: byCode(states.filter(({ state }) => !isOpen(state))),
    last_at: lastAt,
  };
}

const COUNTS = [...Object.values(ENDS), "unknown", "queued", "dispatched", "unreported", "open"] as const;

/** How far the messages of several sends are together. @returns `null` where nothing was asked of any of them */
export function addDeliveries(deliveries: readonly (Delivery | null)[]): Delivery | null {
  const [first, ...others] = deliveries.filter((delivery) => delivery !== null);
  if (first === undefined) return null;
  return others.reduce((sum, delivery) => {
    const counts = COUNTS.map((name) => [name, sum[name] + delivery[name]] as const);
    const by_code = { ...sum.by_code };
    for (const [code, count] of Object.entries(delivery.by_code)) by_code[code] = (by_code[code] ?? 0) + count;
    const last_at =
      [sum.last_at, delivery.last_at]
        .filter((at) => at !== null)
        .toSorted()
        .at(-1) ?? null;
    return { ...sum, ...Object.fromEntries(counts), by_code, last_at };
  }, first);
}

function isOpen({ status }: DeliveryState): boolean {
  return status === "Queued" || status === "Dispatched";
}

function byCode(states: Tally["states"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, count } of states) {
    if (state.code !== null) counts[state.code] = (counts[state.code] ?? 0) + count;
  }
  return counts;
}
