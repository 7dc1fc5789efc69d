import { JOB_NAME, sendOf } from "@volley/contract";
import type { Job } from "bullmq";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess, SendAddress } from "./queue-access.ts";

/** What BullMQ keeps beside the jobs of a queue, under names that could be IDs of jobs. */
const OWN_NAMES: ReadonlySet<string> = new Set(
  (
    "active wait waiting-children paused id delayed prioritized stalled-check completed failed stalled repeat limiter meta " +
    "events pc marker de"
  ).split(" "),
);

/** With a colon in it a name is one of BullMQ's own, but for the jobs that it adds again and again. */
const REPEATED = /^repeat:.+:\d+$/;

/**
 * Finds the job of a send. A region in which nobody ever added anything is not opened for it.
 *
 * @returns `null` when there is none: for BullMQ's own keys, for parts of sends, and for the questions to workers, too
 */
export async function findJob(access: QueueAccess, address: SendAddress): Promise<Job | null> {
  if (!(await mayBeThere(access, address))) return null;
  const { link, queueOf } = access;
  const job = await link.run(async () => queueOf(address.region).getJob(address.id));
  return job && isSend(job) ? job : null;
}

/** Whether a job could have an ID, asked before a queue is opened. */
export async function mayBeThere({ link, isOpen, keyOf }: QueueAccess, { id, region }: SendAddress): Promise<boolean> {
  if (OWN_NAMES.has(id) || (id.includes(":") && !REPEATED.test(id))) return false;
  return isOpen(region) || (await link.run(async () => link.connection.exists(keyOf(region, id)))) === 1;
}

/** Whether a job is a send, and neither a part of one nor a question about one. */
export function isSend({ id = "", name, parent }: Pick<Job, "id" | "name" | "parent">): boolean {
  return name === JOB_NAME && !(parent !== undefined && parent.id === sendOf(id) && sendOf(id) !== id);
}

/** @throws ProducerError `VOLLEY_UNKNOWN_SEND` */
export async function requireJob(access: QueueAccess, address: SendAddress): Promise<Job> {
  const job = await findJob(access, address);
  if (job) return job;
  throw new ProducerError("VOLLEY_UNKNOWN_SEND", `${address.id}: there is no such send, or it is no longer kept`);
}
