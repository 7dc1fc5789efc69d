import { CHANGE_LIMITS, limitsKey, LIMITS, readLimits } from "@volley/contract";
import type { Backlog } from "./estimate.ts";
import { recipientsPerSecond, secondsUntilDone } from "./estimate.ts";
import type { QueueAccess } from "./queue-access.ts";

/** A send whose end is estimated. */
export type Estimated = {
  readonly id: string;
  readonly region: string;
  /** Recipients whom it has still to reach. */
  readonly left: number;
  /** Nothing of it is sent before. */
  readonly from: Date;
};

/** Long sends that are looked at; whoever has more of them waits for days anyway. */
const MOST_SENDS = 1_000;

/** The last time that a `Date` can tell; what lies behind it cannot be written down. */
const LAST_MS = 8.64e15;

/**
 * When a send is done at its region's limits and with what lies before it.
 *
 * @returns `null` when nobody knows how fast the region is
 */
export async function estimateEnd(access: QueueAccess, send: Estimated): Promise<Date | null> {
  const key = limitsKey(access.prefix, send.region);
  const { limits, requestMs } = readLimits(await access.link.connection.eval(CHANGE_LIMITS, 1, key));
  const perSecond = recipientsPerSecond(limits, requestMs);
  return perSecond === null ? null : endBehindBacklog(access, send, perSecond);
}

/**
 * When a send is done with what lies before it in its region.
 *
 * @param perSecond - how fast the region is, of `recipientsPerSecond`
 */
export async function endBehindBacklog(
  access: QueueAccess,
  { id, region, left, from }: Estimated,
  perSecond: number,
): Promise<Date> {
  const seconds = secondsUntilDone(left, await readBacklog(access, region, id), perSecond);
  return new Date(Math.min(LAST_MS, from.getTime() + Math.ceil(seconds * 1_000)));
}

/** What lies before a send. Each part that is not done counts as full. */
async function readBacklog({ link, queueOf }: QueueAccess, region: string, own: string): Promise<Backlog> {
  const queue = queueOf(region);
  const redis = link.connection;
  const [shortSends, planned] = await Promise.all([
    redis.llen(queue.toKey("wait")),
    redis.zrange(queue.toKey("waiting-children"), "0", String(MOST_SENDS - 1)),
  ]);
  const others = planned.filter((id) => id !== own);
  const parts = await Promise.all(others.map(async (id) => redis.scard(`${queue.toKey(id)}:dependencies`)));
  return { shortSends, others: parts.map((count) => count * LIMITS.recipientsPerBatch) };
}
