import { full } from "./redis-error.ts";
import type { RedisLink } from "./redis-link.ts";

/** How much Redis may hold before nothing more is enqueued. */
export type RedisBudget = {
  /**
   * @param isFresh - whether Redis is asked in any case; otherwise at most once a second
   * @throws ProducerError `VOLLEY_REDIS_FULL`
   */
  readonly ensure: (isFresh: boolean) => Promise<void>;
};

/** The share of its `maxmemory` that Redis may hold: workers need the rest to plan and to settle what is on the queue. */
const SHARE_OF_MAXIMUM = 0.8;

/** How long an answer of Redis is good for small sends, in milliseconds. */
const GOOD_FOR_MS = 1_000;

/**
 * A script, so that a cluster asks the node that holds Volley's keys.
 *
 * Keys: any with the prefix. Answers the bytes that are used and the most that may be, 0 without a limit.
 */
const MEMORY = `
local memory = redis.call("INFO", "memory")
return {string.match(memory, "used_memory:(%d+)"), string.match(memory, "maxmemory:(%d+)")}`;

/**
 * Creates a budget.
 *
 * @param maxBytes - the most that Redis may hold; by default 80 % of its `maxmemory`, and without one there is no budget
 */
export function createRedisBudget(link: RedisLink, prefix: string, maxBytes: number | undefined): RedisBudget {
  let askedAt = Number.NEGATIVE_INFINITY;
  let used = 0;
  let most = Number.POSITIVE_INFINITY;
  return {
    ensure: async (isFresh) => {
      if (isFresh || performance.now() - askedAt > GOOD_FOR_MS) {
        const answer: unknown = await link.run(async () => link.connection.eval(MEMORY, 1, `${prefix}:memory`));
        const [usedBytes = 0, maximum = 0] = Array.isArray(answer) ? answer.map(Number) : [];
        used = usedBytes;
        most = maxBytes ?? (maximum > 0 ? maximum * SHARE_OF_MAXIMUM : Number.POSITIVE_INFINITY);
        askedAt = performance.now();
      }
      if (used >= most) {
        throw full(`Redis holds ${bytes(used)} of ${bytes(most)} bytes that it may; nothing was enqueued`);
      }
    },
  };
}

function bytes(count: number): string {
  return Math.round(count).toLocaleString("en");
}
