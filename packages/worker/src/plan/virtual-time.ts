import type { RegionContext } from "../region/region-context.ts";

/** BullMQ's score of a waiting job with a priority: the priority times this, plus a counter. */
const SCORE_PER_PRIORITY = 2 ** 32;

/** Where parts begin when none waits. */
const FIRST = 1;

/**
 * How far a queue is with its parts: the priority of the first one that waits. It is the virtual time of start-time fair
 * queueing: a send that is planned now begins there, level with those that are under way. Would it begin at 1, it would
 * overtake all of them until it had caught up, and one long send after another would never let an old one end.
 *
 * Jobs of priority 1 are passed over: a foreign client may have put them before everything for good.
 *
 * @returns the priority of a new send's first part
 */
export async function virtualTime({ redis, queue }: Pick<RegionContext, "redis" | "queue">): Promise<number> {
  const from = (FIRST + 1) * SCORE_PER_PRIORITY;
  const head = await redis.zrangebyscore(queue.toKey("prioritized"), from, "+inf", "WITHSCORES", "LIMIT", 0, 1);
  return head[1] === undefined ? FIRST : Math.floor(Number(head[1]) / SCORE_PER_PRIORITY);
}
