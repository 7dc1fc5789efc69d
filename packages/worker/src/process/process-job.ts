import {
  CANCEL_JOB_NAME,
  isStaged,
  LIMITS,
  listDigest,
  readJobData,
  readSend,
  RESOLVE_JOB_NAME,
  type SendResult,
} from "@volley/contract";
import type { Job } from "bullmq";
import { readBegun } from "../plan/begun.ts";
import { settleIfChanged } from "../settle/settle-if-changed.ts";
import { type Canceled, cancelSend } from "../change/cancel-send.ts";
import { dispatchJob } from "../dispatch/dispatch-job.ts";
import { endedPart } from "../settle/ended-part.ts";
import { notePastSendAt } from "./note-past-send-at.ts";
import { enqueuedAt, holdUntil } from "../job/hold-job.ts";
import { processLarge } from "./process-large.ts";
import { processStaged } from "./process-staged.ts";
import { recordResult } from "../settle/record-result.ts";
import { refusePastSendAt } from "./refuse-past-send-at.ts";
import type { RegionContext } from "../region/region-context.ts";
import { requireSend } from "./require-send.ts";
import { type Resolved, resolveSend } from "../change/resolve-send.ts";
import { settlePlanned } from "../settle/settle-planned.ts";
import { settleUnsent } from "../settle/settle-unsent.ts";
import { planOfSend } from "../plan/split-send.ts";
import type { HeldJob } from "../job/store-data.ts";
import { expiryOf, windowOf } from "./window.ts";

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
  const original: unknown = job.data;
  const begun = await readBegun(context, job);
  const { kept } = begun;
  const held: HeldJob = { job, token, taken: kept?.ledger.taken ?? 0 };
  const changed = await settleIfChanged(context, held, begun, original);
  if (changed) return changed;
  if (isStaged(original)) return processStaged(context, held, { original, kept });

  const send = await requireSend(job, () => refusePastSendAt(job, readSend(original, now)));
  await notePastSendAt(context, job, send);
  const ended = await endedPart(context, job);
  if (ended) {
    const { message } = send;
    return recordResult(context, held, ended, {
      message,
      original,
      line: "it had ended before",
      counted: ended.recipients,
    });
  }
  const expireAt = expiryOf(send, enqueuedAt(job, now));
  const window = windowOf({ sendAt: send.sendAt, expireAt, leadMs: context.leadMs, now });
  if (send.recipients.accepted.length > LIMITS.recipientsPerBatch) {
    return processLarge(context, held, window, {
      plan: planOfSend(send, expireAt),
      settleUnsent: async (ending) => settleUnsent(context, held, send, ending),
    });
  }
  // Where a request follows, it is asked right before that whether the send is canceled.
  if (window.kind === "early" && !(await context.cancellations.isCanceled(job))) {
    return holdUntil(context, held, window.opensAt);
  }
  // A part may have been sent before it expired or was canceled, so its past is looked into first.
  return dispatchJob(context, job, token, { send, original, expireAt, kept, content: () => listDigest(send) });
}
