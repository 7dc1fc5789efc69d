import { partOf, sendOf } from "@volley/contract";
import type { Job } from "bullmq";

/** Whether a job is a part of a send of ours. Another client's flow may have children whose IDs look like a part's. */
export function isPart(job: Job): boolean {
  const id = String(job.id);
  return sendOf(id) !== id && job.parentKey === `${job.queueQualifiedName}:${sendOf(id)}`;
}

/** The ID of the send that a job is, or is a part of. */
export function sendIdOf(job: Job): string {
  return isPart(job) ? sendOf(String(job.id)) : String(job.id);
}

/** The index of the part that a job is; 0 for a send that was not split. */
export function partIndexOf(job: Job): number {
  return isPart(job) ? partOf(String(job.id)) : 0;
}

/** The key of a job, as BullMQ has it. */
export function jobKeyOf(job: Pick<Job, "id" | "queueQualifiedName">): string {
  return `${job.queueQualifiedName}:${String(job.id)}`;
}

/** The key of the send that a job is, or is a part of. */
export function sendKeyOf(job: Job): string {
  return `${job.queueQualifiedName}:${sendIdOf(job)}`;
}
