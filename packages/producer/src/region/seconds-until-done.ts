import { LIMITS } from "@volley/contract";

/** What lies before a send in its region. */
export type Backlog = {
  /** Other long sends. */
  readonly others: readonly LongSends[];
  /** Recipients of sends of one part, which go before all parts of long sends. */
  readonly shortRecipients: number;
};

/** Sends that take turns with others. */
type LongSends = {
  /** Recipients whom each of them has still to reach. */
  readonly left: number;
  /** How many there are; no whole number where it is an estimate. */
  readonly sends: number;
};

/** A job that waits. */
export type WaitingJob = {
  /** Whom it has still to reach; `null` when it was too long to be looked into. */
  readonly recipients: number | null;
  /** The length of its data. */
  readonly bytes: number;
};

/** Where nobody could be looked into: a number, and a short value of its own. */
const BYTES_PER_RECIPIENT = 40;

/**
 * How long until a send is done, at its region's limits. Long sends take turns part by part, so each of the others is in
 * its way with as many recipients as itself has left, at most; shorter sends go before it.
 *
 * It is an estimate: sends that come later and rejected recipients are not in it, and segments count as recipients.
 *
 * @param own - recipients whom the send has still to reach
 * @param perSecond - of `recipientsPerSecond`
 */
export function secondsUntilDone(own: number, { others, shortRecipients }: Backlog, perSecond: number): number {
  const before = others.reduce((sum, { left, sends }) => sum + sends * Math.min(left, own), shortRecipients);
  return (before + own) / perSecond;
}

/**
 * What jobs come to of which only some were looked at: the others count as those did on average. A job that was not looked
 * into has as many recipients for its length as those of about the same length.
 *
 * @param sample - the jobs that were looked at
 * @param waiting - how many there are in all
 */
export function backlogOfSample(sample: readonly WaitingJob[], waiting: number): Backlog {
  if (sample.length === 0) return { others: [], shortRecipients: 0 };
  const estimate = lengthEstimate(sample);
  const counts = sample.map(({ recipients, bytes }) => recipients ?? estimate(bytes));
  const scale = waiting / sample.length;
  const short = counts.reduce((sum, count) => sum + (isLong(count) ? 0 : count), 0);
  return { shortRecipients: short * scale, others: counts.filter(isLong).map((left) => ({ left, sends: scale })) };
}

function isLong(recipients: number): boolean {
  return recipients > LIMITS.recipientsPerBatch;
}

/** Ratios by powers of two: the message's own length is most of a job to one recipient, and next to nothing of a long one. */
function lengthEstimate(sample: readonly WaitingJob[]): (bytes: number) => number {
  const known = new Map<number, { bytes: number; recipients: number }>();
  for (const { bytes, recipients } of sample) {
    if (!recipients) continue;
    const sums = known.get(magnitudeOf(bytes)) ?? { bytes: 0, recipients: 0 };
    known.set(magnitudeOf(bytes), { bytes: sums.bytes + bytes, recipients: sums.recipients + recipients });
  }
  return (bytes) => {
    const distance = (magnitude: number): number => Math.abs(magnitude - magnitudeOf(bytes));
    const [nearest] = [...known].toSorted(([a], [b]) => distance(a) - distance(b));
    const each = nearest ? nearest[1].bytes / nearest[1].recipients : BYTES_PER_RECIPIENT;
    return Math.min(LIMITS.inlineRecipients, Math.max(1, Math.round(bytes / each)));
  };
}

function magnitudeOf(bytes: number): number {
  return Math.floor(Math.log2(Math.max(1, bytes)));
}
