import {
  CANCEL_JOB_NAME,
  type KeptLedger,
  listDigest,
  readJobData,
  RESOLVE_JOB_NAME,
  type SendResult,
} from "@volley/contract";
import { type Canceled, cancelSend } from "../change/cancel-send.ts";
import { type Resolved, resolveSend } from "../change/resolve-send.ts";
import { dispatchJob } from "../dispatch/dispatch-job.ts";
import { withRecipients } from "../dispatch/with-recipients.ts";
import { listJob } from "../job/list-job.ts";
import { pastOfJob } from "../job/past-of-job.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { CANCELED, EXPIRED } from "../ledger/ledger.ts";
import { readBegun } from "../plan/plan-record.ts";
import { isLarge, planOf } from "../plan/split-send.ts";
import type { RegionContext } from "../region/region-context.ts";
import { recordEnded } from "../settle/record-result.ts";
import { settleIfChanged } from "../settle/settle-changed.ts";
import { settlePlanned } from "../settle/settle-planned.ts";
import { settleUnsent } from "../settle/settle-unsent.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { hasParts, planJob } from "./plan-job.ts";
import { requireSend } from "./require-send.ts";
import { timedSend, type TimedSend } from "./window.ts";

/**
 * What a worker does with one job, whoever put it on the queue.
 *
 * A job comes here several times: a large send once to be planned and once to be settled, any job again after a crash
 * or a back-off. What its data has become says how far it is.
 */
export async function processJob(context: RegionContext, pickedUp: HeldJob): Promise<SendResult | Canceled | Resolved> {
  const { job } = pickedUp;
  if (job.name === CANCEL_JOB_NAME) return cancelSend(context, pickedUp);
  if (job.name === RESOLVE_JOB_NAME) return resolveSend(context, job);
  const stored = listJob(context, pickedUp, readJobData(job.data));
  if (stored.kind === "settled") return stored.data.settled;
  if (stored.kind === "planned") return settlePlanned(context, pickedUp, stored.data);

  const begun = await readBegun(context, pickedUp);
  const held = { ...pickedUp, taken: begun.taken };
  const changed = await settleIfChanged(context, held, begun);
  if (changed) return changed;
  const send = await requireSend(context, held);
  const timed = timedSend(context, held, send);
  return isLarge(send) ? processLarge(context, held, timed) : processSmall(context, held, timed, begun.kept);
}

/** A send of more than 1,000 recipients that is not planned to the end. */
async function processLarge(context: RegionContext, held: HeldJob, timed: TimedSend): Promise<SendResult> {
  const { send, expireAt, window } = timed;
  const plan = planOf(send, expireAt);
  // What became of parts that are on the queue already is theirs to say, however late it is.
  if (await hasParts(context, held, plan.planned.parts)) return planJob(context, held, plan);
  const ending = window.kind === "expired" ? EXPIRED : (await context.cancellations.isCanceled(held)) && CANCELED;
  // Parts may have been sent that Redis has forgotten. Planned again they are as old as the send, ask first, and end so.
  if (ending && (await pastOfJob(context, held)).kind === "clean") return settleUnsent(context, held, send, ending);
  if (window.kind === "early" && !ending) return putBackUntil(context, held, window.opensAt);
  return planJob(context, held, plan);
}

/** A send or part of at most 1,000 recipients: one request, in nearly all cases. */
async function processSmall(
  context: RegionContext,
  held: HeldJob,
  { send, expireAt, window }: TimedSend,
  kept: KeptLedger | null,
): Promise<SendResult> {
  // Where a request follows, it is asked right before that whether the send is canceled.
  if (window.kind === "early" && !(await context.cancellations.isCanceled(held))) {
    return putBackUntil(context, held, window.opensAt);
  }
  return withRecipients(context, held, send, async (found) => {
    if (found.kind === "ended") return recordEnded(context, held, send, found.result);
    // A part may have been sent before it expired or was canceled, so its past is looked into first.
    return dispatchJob(context, held, { ...found, expireAt, kept, content: () => listDigest(send) });
  });
}

/** A doubt outlives the wait: a worker with a longer lead, or a clock ahead of ours, may have sent it and died. */
async function putBackUntil(context: RegionContext, held: HeldJob, opensAt: Date): Promise<never> {
  await held.job.log(`held until ${opensAt.toISOString()}`);
  return putBackUnsent(context, held, { code: "send_at", until: opensAt });
}
