import {
  CANCEL_JOB_NAME,
  InvalidSendError,
  JOB_NAME,
  LIMITS,
  readJobData,
  readSend,
  RESOLVE_JOB_NAME,
  type ReadySend,
  type SendResult,
} from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import { type Canceled, cancelSend } from "./cancel-send.ts";
import { dispatchJob } from "./dispatch-job.ts";
import { CANCELED, EXPIRED } from "./ledger.ts";
import { leaveUntil } from "./leave-job.ts";
import { pastOfJob } from "./past-of-job.ts";
import { hasParts, planJob, type Planning } from "./plan-job.ts";
import type { RegionContext } from "./region-context.ts";
import { type Resolved, resolveSend } from "./resolve-send.ts";
import { settlePlanned } from "./settle-planned.ts";
import { settleUnsent } from "./settle-unsent.ts";
import { expiryOf, type Window, windowOf } from "./window.ts";

/**
 * What a worker does with one job, whoever put it on the queue.
 *
 * A job comes here several times: a large send once to be planned and once to be settled, any job again after a crash
 * or a back-off. What its data has become says how far it is.
 */
export async function processJob(
  context: RegionContext,
  job: Job,
  token: string,
): Promise<SendResult | Canceled | Resolved> {
  if (job.name === CANCEL_JOB_NAME) return cancelSend(context, job, token);
  if (job.name === RESOLVE_JOB_NAME) return resolveSend(context, job);
  const stored = readJobData(job.data);
  if (stored.kind === "settled") return stored.data.settled;
  if (stored.kind === "planned") return settlePlanned(context, job, token, stored.data);

  const now = context.now();
  const original: unknown = stored.kind === "pieced" ? stored.data.send : job.data;
  const send = await readOrRefuse(job, original, now);
  const expireAt = expiryOf(send, enqueuedAt(job, now));
  const window = windowOf({ sendAt: send.sendAt, expireAt, leadMs: context.leadMs, now });
  if (send.recipients.accepted.length > LIMITS.recipientsPerBatch) {
    return processLarge(context, job, token, { send, expireAt, window });
  }
  // Where a request follows, it is asked right before that whether the send is canceled.
  if (window.kind === "early" && !(await context.cancellations.isCanceled(job))) {
    return holdUntil(context, job, token, window.opensAt);
  }
  // A part may have been sent before it expired or was canceled, so its past is looked into first.
  const ledger = stored.kind === "pieced" ? stored.data.pieces : null;
  return dispatchJob(context, job, token, { send, original, expireAt, ledger });
}

/** A send that has to be split. */
async function processLarge(
  context: RegionContext,
  job: Job,
  token: string,
  { window, ...planning }: Planning & { readonly window: Window },
): Promise<SendResult> {
  // What became of parts that are on the queue already is theirs to say, however late it is.
  if (await hasParts(job)) return planJob(context, job, token, planning);
  if (window.kind === "expired") return settleUnsent(context, { job, token }, planning.send, EXPIRED);
  if (await context.cancellations.isCanceled(job))
    return settleUnsent(context, { job, token }, planning.send, CANCELED);
  if (window.kind === "early") return holdUntil(context, job, token, window.opensAt);
  return planJob(context, job, token, planning);
}

async function readOrRefuse(job: Job, original: unknown, now: Date): Promise<ReadySend> {
  const read = job.name === JOB_NAME ? readSend(original, now) : wrongName(job.name);
  if (read.ok) return read.send;
  const error = new InvalidSendError(read.problems);
  await job.log(error.message);
  throw new UnrecoverableError(error.message);
}

function wrongName(name: string): Extract<ReturnType<typeof readSend>, { ok: false }> {
  const message = `expected a job named "${JOB_NAME}", got ${JSON.stringify(name.slice(0, 40))}`;
  return { ok: false, problems: [{ field: "job name", message }] };
}

/** A doubt outlives the hold: a worker with a longer lead, or a clock ahead of ours, may have sent it and died. */
async function holdUntil(context: RegionContext, job: Job, token: string, opensAt: Date): Promise<never> {
  const past = await pastOfJob(context, job);
  await job.log(`held until ${opensAt.toISOString()}`);
  return leaveUntil(job, token, opensAt, {
    tries: past.tries,
    looks: past.kind === "doubtful" ? past.looks : 0,
    unknown_since: past.kind === "doubtful" ? past.since.toISOString() : null,
    last: { outcome: "held", code: "send_at", at: context.now().toISOString() },
  });
}

/** A producer's clock may be ahead of ours: nothing was enqueued later than now. */
function enqueuedAt(job: Job, now: Date): Date {
  return new Date(Math.min(job.timestamp, now.getTime()));
}
