import { setTimeout as pause } from "node:timers/promises";
import { CANCEL_JOB_NAME } from "@volley/contract";
import type { Job } from "bullmq";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";

/** A job by which a worker is asked for something that only it can do. */
export type Question = {
  readonly region: string;
  readonly name: string;
  /** The same question twice is one job. */
  readonly jobId: string;
  readonly data: object;
  /** How long to wait for the answer, in milliseconds. */
  readonly waitMs: number;
};

/** How often the answer is looked for, in milliseconds. */
const LOOK_INTERVAL_MS = 100;

/** The states of a question that has its answer. */
const ENDED: ReadonlySet<string> = new Set(["completed", "failed"]);

/**
 * Puts a question before everything else on a region's queue and waits for a worker's answer.
 *
 * @throws ProducerError `VOLLEY_WORKER_SILENT` when there is none in time, or before the producer is closed; the question
 *   stays on the queue
 */
export async function askWorker(access: QueueAccess, question: Question): Promise<unknown> {
  const { link, queueOf, closing } = access;
  const { region, name, jobId, data, waitMs } = question;
  const queue = queueOf(region);
  const job = await link.run(async (stillWanted) => {
    await queue.waitUntilReady();
    await stillWanted();
    return queue.add(name, data, { jobId, lifo: true });
  });
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline && !closing.aborted) {
    const state = await link.run(async () => queue.getJobState(jobId));
    // Read after its state: a job that was read before may lack its result.
    const ended = ENDED.has(state) ? await link.run(async () => queue.getJob(jobId)) : undefined;
    if (ended) return answerOf(ended, state, name);
    // A question that a worker has put off comes back behind everything that waits.
    if (state === "waiting") await link.run(async () => job.changePriority({ priority: 0, lifo: true }));
    await pause(LOOK_INTERVAL_MS);
  }
  throw new ProducerError("VOLLEY_WORKER_SILENT", await silence(access, question));
}

async function silence({ link, queueOf, closing }: QueueAccess, { region, waitMs, name }: Question): Promise<string> {
  if (!(await link.run(async () => queueOf(region).isPaused()))) {
    const until = closing.aborted ? "before the producer was closed" : `within ${waitMs} ms`;
    return `no worker of ${region} has answered ${until}; it will be done`;
  }
  const meanwhile = name === CANCEL_JOB_NAME ? "; until then what the provider has already is not taken back" : "";
  return `${region} is paused and waits to be resumed${meanwhile}; it will be done`;
}

/** A reason alone says nothing: BullMQ keeps that of an earlier try. */
function answerOf({ failedReason, returnvalue }: Job, state: string, name: string): unknown {
  if (state !== "failed") return returnvalue;
  throw new ProducerError("VOLLEY_WORKER_SILENT", `the worker could not ${name}: ${failedReason}`);
}
