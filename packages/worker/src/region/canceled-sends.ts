import { cancelKey } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import type { HeldJob } from "../terms/held-job.ts";

/** Knows which sends are canceled. */
export type Cancellations = {
  /** Whether the send that a job is, or is a part of, was canceled. */
  readonly isCanceled: (held: HeldJob) => Promise<boolean>;
  /** The Redis key that says so. */
  readonly keyOf: (held: HeldJob) => string;
};

/** Reads cancellations from where producers write them. */
export function createCancellations(redis: Redis | Cluster, prefix: string, region: string): Cancellations {
  const keyOf = ({ sendId: id, job: { timestamp } }: HeldJob): string => cancelKey(prefix, region, { id, timestamp });
  return { keyOf, isCanceled: async (held) => (await redis.exists(keyOf(held))) === 1 };
}
