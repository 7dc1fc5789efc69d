import { cancelKey } from "@volley/contract";
import type { Job } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { sendIdOf } from "../terms/own-part.ts";

/** Knows which sends are canceled. */
export type Cancellations = {
  /** Whether the send that a job is, or is a part of, was canceled. */
  readonly isCanceled: (job: Job) => Promise<boolean>;
  /** The Redis key that says so. */
  readonly keyOf: (job: Job) => string;
};

/** Reads cancellations from where producers write them. */
export function createCancellations(redis: Redis | Cluster, prefix: string, region: string): Cancellations {
  const keyOf = (job: Job): string => cancelKey(prefix, region, { id: sendIdOf(job), timestamp: job.timestamp });
  return { keyOf, isCanceled: async (job) => (await redis.exists(keyOf(job))) === 1 };
}
