/** How somebody is texted: in a send to very many, gathered with others, or in a send of their own. */
export const KINDS = ["campaign", "coalesced", "single"] as const;

export type Kind = (typeof KINDS)[number];

/** What one recipient costs. */
type Cost = {
  /** CPU of Redis and of the workers, in microseconds. */
  readonly redisUs: number;
  readonly workerUs: number;
  /** What Redis keeps of somebody for good, in bytes: result, idempotency key, delivery report. */
  readonly keptBytes: number;
};

/**
 * From docs/performance.md (rows `1 million`, `3 singles`, `4 coalesced` and `22 redis-share`) and docs/sizing.md. A campaign
 * has a thousand recipients in a part, messages are gathered a hundred at a time.
 */
export const COSTS: Readonly<Record<Kind, Cost>> = {
  campaign: { redisUs: 0.55, workerUs: 2.5, keptBytes: 7 * 0.8 + 7 * 21 },
  coalesced: { redisUs: 12, workerUs: 12.5, keptBytes: 7 * 19 + 30 * 90 + 7 * 21 },
  single: { redisUs: 400, workerUs: 562, keptBytes: 7 * 1_900 + 30 * 90 + 7 * 445 },
};
