import { partOf, sendOf } from "@volley/contract";
import type { Job } from "bullmq";

/** A job that this worker has picked up, with what every step of it needs to know. Made once per pick-up. */
export type HeldJob = {
  readonly job: Job;
  readonly id: string;
  /** By this the worker holds the job's lock. */
  readonly token: string;
  /** Its key in Redis. */
  readonly key: string;
  /** The key of its lock. */
  readonly lock: string;
  /** The send that it is, or is a part of. */
  readonly sendId: string;
  /** Index of the part that it is; `null` for a whole send. */
  readonly part: number | null;
  /** How many people the batches are to that it has already, where it takes several lots. */
  readonly taken: number;
};

/** Another client's flow may have children whose IDs look like a part's: a part of ours has our send as its parent. */
export function holdJob(job: Job, token: string): HeldJob {
  const id = String(job.id);
  const key = `${job.queueQualifiedName}:${id}`;
  const own = { job, id, token, key, lock: `${key}:lock`, taken: 0 };
  const isPart = sendOf(id) !== id && job.parentKey === `${job.queueQualifiedName}:${sendOf(id)}`;
  return isPart ? { ...own, sendId: sendOf(id), part: partOf(id) } : { ...own, sendId: id, part: null };
}

/** When a job was enqueued. A producer's clock may be ahead of ours: nothing was enqueued later than now. */
export function enqueuedAt({ job }: Pick<HeldJob, "job">, now: Date): Date {
  return new Date(Math.min(job.timestamp, now.getTime()));
}
