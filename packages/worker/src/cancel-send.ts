import { readJobData, readTime, type SendResult, sendResultSchema } from "@volley/contract";
import type { Job } from "bullmq";
import pLimit from "p-limit";
import { z } from "zod";
import type { Cancellation } from "@volley/sinch";
import { readNote } from "./dispatch-note.ts";
import { leaveUntil } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";
import { rewriteResult } from "./rewrite-result.ts";

/** What a cancellation came to, in recipients. */
export type Canceled = {
  /** Nobody of these is texted. */
  readonly stopped: number;
  /** Accepted by the provider, and no longer to be had back. */
  readonly too_late: number;
  /** Perhaps texted: nobody knows. */
  readonly unknown: number;
};

const NOBODY: Canceled = { stopped: 0, too_late: 0, unknown: 0 };

/** The data of the job by which a producer asks. */
const requestSchema = z.object({ send: z.string() });

/** How soon a send that still has requests in flight is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 250;

/** Batches that are canceled at the provider at once. */
const DELETES_AT_ONCE = 4;

/**
 * Ends a cancellation: waits until everything of the send has ended, then takes back at the provider what it has
 * accepted for later. That the send is canceled was written by the producer before; from that moment on no part of it
 * is sent any more.
 */
export async function cancelSend(context: RegionContext, job: Job, token: string): Promise<Canceled> {
  const { send: id } = requestSchema.parse(job.data);
  const send = await context.queue.getJob(id);
  if (send === undefined) return NOBODY;
  const state = await send.getState();
  if (state === "failed") return NOBODY;
  if (state !== "completed") {
    await hurry(send, state);
    return lookAgain(context, job, token);
  }

  const result = sendResultSchema.parse(send.returnvalue);
  const withdrawal = isForLater(send, context.now()) ? await withdraw(context, result) : { result, isComplete: true };
  if (withdrawal.result !== result) await rewriteResult(context, send, withdrawal.result);
  if (!withdrawal.isComplete) return lookAgain(context, job, token);
  const { canceled, accepted, unknown } = withdrawal.result.recipients;
  await job.log(`${id}: ${canceled} stopped, ${accepted} too late, ${unknown} unknown`);
  return { stopped: canceled, too_late: accepted, unknown };
}

/**
 * Lets a send end soon: it is the next one, whatever waits before it. One that is in doubt is left to its own time: asked
 * about at every look of ours, it would be a question four times a second.
 */
async function hurry(send: Job, state: string): Promise<void> {
  const note = readNote(send.progress);
  const isInDoubt = note !== null && note.unknown_since !== null && note.last.outcome !== "held";
  if (state === "delayed" && !isInDoubt) await send.promote().catch(() => {});
  if (["delayed", "waiting", "prioritized"].includes(state)) await send.changePriority({ priority: 0, lifo: true });
}

async function lookAgain({ now }: RegionContext, job: Job, token: string): Promise<never> {
  const at = now();
  return leaveUntil(job, token, new Date(at.getTime() + LOOK_AGAIN_MS), {
    tries: 0,
    looks: 0,
    unknown_since: null,
    last: { outcome: "held", code: "requests_in_flight", at: at.toISOString() },
  });
}

/** Whether the provider has not begun to send what it accepted. */
function isForLater(send: Job, now: Date): boolean {
  const stored = readJobData(send.data);
  const message = stored.kind === "settled" ? stored.data.message : null;
  const sendAt = typeof message?.["send_at"] === "string" ? readTime(message["send_at"]) : null;
  return sendAt !== null && sendAt > now;
}

/** What could be taken back, and whether trying again can bring more. */
type Withdrawal = { readonly result: SendResult; readonly isComplete: boolean };

/** Cancels every batch at the provider. One that is being sent stays accepted: it is too late for it. */
async function withdraw({ client, log, region }: RegionContext, result: SendResult): Promise<Withdrawal> {
  const limit = pLimit(DELETES_AT_ONCE);
  const answers = await limit.map([...result.batches], async ({ id, canceled }): Promise<Cancellation> => {
    return canceled ? { kind: "canceled" } : client.cancelBatch(id);
  });
  const left = answers.filter((answer) => answer.kind !== "canceled" && !isTooLate(answer)).length;
  if (left > 0) log.warn({ region, left }, "batches could not be canceled at the provider yet");
  const batches = result.batches.map((batch, index) => {
    return answers[index]?.kind === "canceled" ? { ...batch, canceled: true } : batch;
  });
  return { result: { ...result, ...withoutCanceled(result, batches) }, isComplete: left === 0 };
}

/** 404: the provider has no such batch any more; everything else that it refuses is being sent. */
function isTooLate(answer: Cancellation): boolean {
  return answer.kind === "rejected" || (answer.kind === "unauthorized" && answer.status === 404);
}

function withoutCanceled({ state, recipients }: SendResult, batches: SendResult["batches"]): Partial<SendResult> {
  const accepted = batches.reduce((sum, batch) => sum + (batch.canceled ? 0 : batch.recipients), 0);
  const canceled = recipients.canceled + recipients.accepted - accepted;
  return {
    batches,
    state: accepted === 0 && canceled > 0 ? "canceled" : state,
    recipients: { ...recipients, accepted, canceled },
  };
}
