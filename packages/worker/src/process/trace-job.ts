import { regionOfSendId, sendOf } from "@volley/contract";
import { inSpan, isTracing, traceOfJob } from "@volley/tracing";
import { DelayedError, type Job, RateLimitError, WaitingChildrenError, WaitingError } from "bullmq";

/** What BullMQ is told by an error: the job waits on, and nothing has failed. */
const WAITS_ON = [DelayedError, RateLimitError, WaitingChildrenError, WaitingError];

/** Does a job within a span that goes on with the trace of whoever enqueued it. */
export async function traceJob<T>(job: Job, work: () => Promise<T>): Promise<T> {
  if (!isTracing()) return work();
  const name = `process ${job.queueName}`;
  return inSpan(
    { name, kind: "consumer", parent: traceOfJob(job.opts), attributes: attributesOf(job), isExpected },
    work,
  );
}

function isExpected(error: unknown): boolean {
  return WAITS_ON.some((kind) => error instanceof kind);
}

/** An ID that others have given may say whom the job is about: it stays out. */
function attributesOf({ id, name, queueName, attemptsStarted }: Job): Record<string, string | number> {
  return {
    "messaging.system": "bullmq",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": queueName,
    "volley.job": name,
    "volley.pick_up": attemptsStarted,
    ...(id !== undefined && regionOfSendId(sendOf(id)) !== null && { "messaging.message.id": id }),
  };
}
