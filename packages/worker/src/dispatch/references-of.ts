import { clientReference, contentDigest, type ReadySend, type ReadyStagedSend } from "@volley/contract";
import type { Job } from "bullmq";

/** Gives the references of a job's lots, by what sets each apart. What the send brings is digested once at most. */
export function referencesOf(job: Job, send: ReadySend | ReadyStagedSend): (mark: string) => string {
  const { queueQualifiedName: queue, timestamp } = job;
  let digest: string | null = null;
  const content = (): string => (digest ??= contentDigest(send));
  return (mark) =>
    clientReference(send.message.client_reference, { id: String(job.id), queue, timestamp, content }, mark);
}
