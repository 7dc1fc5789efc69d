import { cancelKey } from "@volley/contract";
import type { Job } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { sendIdOf } from "./own-part.ts";

/** Knows which sends are canceled. */
export type Cancellations = {
  /** Whether the send that a job is, or is a part of, was canceled. */
  readonly isCanceled: (job: Job) => Promise<boolean>;
};

/** Reads cancellations from where producers write them. */
export function createCancellations(redis: Redis | Cluster, prefix: string, region: string): Cancellations {
  return {
    isCanceled: async (job) => {
      const send = { id: sendIdOf(job), timestamp: job.timestamp };
      return (await redis.exists(cancelKey(prefix, region, send))) === 1;
    },
  };
}
