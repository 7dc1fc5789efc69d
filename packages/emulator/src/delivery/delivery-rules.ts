/**
 * How messages fare when nothing else is said.
 *
 * A message takes 2 to 10 seconds from its dispatch to its end, divided by `speed`. Which number takes how long, and
 * which ones fail, depends on nothing but the number and the seed: the same number always fares the same.
 */
export interface DeliveryRules {
  /** How many times faster than a network. */
  readonly speed: number;
  /** The share of numbers that fail, 0 to 1. */
  readonly failShare: number;
  /** The share of numbers whose messages end at once, and whose reports come before the answer to their batch. */
  readonly earlyShare: number;
  /** The share of numbers whose reports come twice. */
  readonly twiceShare: number;
  /** Any whole number. */
  readonly seed: () => number;
  /**
   * Senders by the beginning of the number they are for, for batches without `from`; none where every batch has its own.
   */
  readonly originators: ReadonlyMap<string, string>;
}

/** How long a delivery takes at least and at most, at `speed` 1. */
const DELIVERY_MS = { min: 2_000, max: 10_000 };

const TWO_TO_32 = 4_294_967_296;

/** How long after its dispatch a message to this number ends. */
export function deliveryDelayMs(rules: DeliveryRules, number: number): number {
  return isEarly(rules, number) ? 0 : usualDelayMs(rules, number);
}

/** Whether the report on this number comes before the answer to its batch. */
export function isEarly({ earlyShare, seed }: DeliveryRules, number: number): boolean {
  return earlyShare > 0 && share(number, seed() + 4) < earlyShare;
}

/** How long after its report the same one comes again; undefined where it does not. */
export function againAfterMs(rules: DeliveryRules, number: number): number | undefined {
  const { twiceShare, seed } = rules;
  return twiceShare > 0 && share(number, seed() + 5) < twiceShare ? usualDelayMs(rules, number) : undefined;
}

function usualDelayMs({ speed, seed }: DeliveryRules, number: number): number {
  const { min, max } = DELIVERY_MS;
  return (min + share(number, seed() + 1) * (max - min)) / speed;
}

/** A number from 0 to below 1 that is always the same for the same recipient and seed, and evenly spread. */
export function share(number: number, seed: number): number {
  const high = Math.floor(number / TWO_TO_32);
  let mixed = Math.imul((number | 0) ^ Math.imul(high + seed, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / TWO_TO_32;
}

/** The sender for a number: the one with the longest matching beginning. */
export function originatorFor({ originators }: DeliveryRules, number: number): string | undefined {
  const digits = String(number);
  for (let length = digits.length; length >= 0; length -= 1) {
    const originator = originators.get(digits.slice(0, length));
    if (originator !== undefined) return originator;
  }
  return undefined;
}
