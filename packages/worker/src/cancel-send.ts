import { JOB_NAME, readJobData, readTime, type SendResult, sendResultSchema } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import pLimit from "p-limit";
import { z } from "zod";
import type { BatchReading, Cancellation, Failure, SinchClient } from "@volley/sinch";
import { readNote } from "./dispatch-note.ts";
import { leaveUntil } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";
import { changeResult } from "./rewrite-result.ts";

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
const requestSchema = z.object({ send: z.string().min(1) });

/** Why a cancellation looks again later, and the longest time between two looks, in milliseconds. */
const LONGEST_PAUSE_MS = { requests_in_flight: 5_000, provider_not_asked: 60_000 };

/** The pause before the second look, in milliseconds; it doubles with each. */
const FIRST_PAUSE_MS = 250;

type Reason = keyof typeof LONGEST_PAUSE_MS;

/** When to look again at the latest (before the provider sends) and at the earliest (as it has asked for). */
type Limits = { readonly before?: Date | null; readonly retryAfterMs?: number };

/**
 * Ends a cancellation: waits until everything of the send has ended, then takes back at the provider what it has
 * accepted for later. That the send is canceled was written by the producer before; from that moment on no part of it
 * is sent any more.
 *
 * @throws UnrecoverableError for a job that asks for nothing that could be canceled
 */
export async function cancelSend(context: RegionContext, job: Job, token: string): Promise<Canceled> {
  const { send: id } = readRequest(job);
  const send = await context.queue.getJob(id);
  if (send === undefined) return NOBODY;
  if (send.name !== JOB_NAME) throw refusal();
  const state = await send.getState();
  if (state === "failed") return NOBODY;
  if (state !== "completed") {
    await hurry(send, state);
    return lookAgain(context, job, token, "requests_in_flight");
  }

  // Completed since it was read, it may lack its result.
  const completed = (await context.queue.getJob(id)) ?? send;
  const read = sendResultSchema.safeParse(completed.returnvalue);
  if (!read.success) throw refusal();
  const { recipients } = await takeBack(context, { job, token }, completed, read.data);
  const { canceled, accepted, unknown } = recipients;
  await job.log(`${id}: ${canceled} stopped, ${accepted} too late, ${unknown} unknown`);
  return { stopped: canceled, too_late: accepted, unknown };
}

function readRequest(job: Job): z.infer<typeof requestSchema> {
  const request = requestSchema.safeParse(job.data);
  if (request.success) return request.data;
  throw refusal();
}

function refusal(): UnrecoverableError {
  return new UnrecoverableError("cancel: expected { send: <id> }, got something else");
}

/** Takes back what it can. @returns the result afterwards, once trying again can bring nothing more */
async function takeBack(
  context: RegionContext,
  { job, token }: { readonly job: Job; readonly token: string },
  send: Job,
  result: SendResult,
): Promise<SendResult> {
  const sendAt = sendAtOf(send);
  const isForLater = sendAt !== null && sendAt > context.now();
  const hasTried = readNote(job.progress)?.last.code === "provider_not_asked";
  if (!isForLater && !hasTried) return result;
  // The answer to a DELETE may have been lost, and then its time came: what it did can still be read.
  const { canceled, left, retryAfterMs } = await (isForLater ? withdraw : readBack)(context.client, result);
  const changed = await changeResult(context, String(send.id), (fresh) => withCanceled(fresh, canceled));
  if (left === 0 || !isForLater) return changed;
  const { region, log } = context;
  // Called as a method: pino's levels lose their logger otherwise.
  log[hasTried ? "debug" : "warn"]({ region, left }, "batches could not be canceled at the provider yet");
  return lookAgain(context, job, token, "provider_not_asked", { before: sendAt, retryAfterMs });
}

/**
 * Lets a send end soon: it is the next one, whatever waits before it. One that is in doubt is left to its own time: asked
 * about at every look of ours, it would be a question several times a second.
 */
async function hurry(send: Job, state: string): Promise<void> {
  const note = readNote(send.progress);
  const isInDoubt = note !== null && note.unknown_since !== null && note.last.outcome !== "held";
  if (state === "delayed" && !isInDoubt) await send.promote().catch(() => {});
  if (["delayed", "waiting", "prioritized"].includes(state)) await send.changePriority({ priority: 0, lifo: true });
}

/** The pause doubles as long as the reason is the same; a note of an earlier reason begins it anew. */
async function lookAgain(
  { now }: RegionContext,
  job: Job,
  token: string,
  code: Reason,
  { before = null, retryAfterMs = 0 }: Limits = {},
): Promise<never> {
  const at = now();
  const note = readNote(job.progress);
  const looks = note?.last.code === code ? note.looks + 1 : 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS[code], FIRST_PAUSE_MS * 2 ** (looks - 1));
  // Not past the time at which the provider sends: that would be the end of all chances.
  const latestMs = before === null ? pauseMs : Math.max(FIRST_PAUSE_MS, (before.getTime() - at.getTime()) / 2);
  const delayMs = Math.max(retryAfterMs, Math.min(pauseMs, latestMs));
  return leaveUntil(job, token, new Date(at.getTime() + delayMs), {
    tries: 0,
    looks,
    unknown_since: null,
    last: { outcome: "held", code, at: at.toISOString() },
  });
}

/** When the provider begins to send what it has accepted; `null` when it did so at once. */
function sendAtOf(send: Job): Date | null {
  const stored = readJobData(send.data);
  const message = stored.kind === "settled" ? stored.data.message : null;
  return typeof message?.["send_at"] === "string" ? readTime(message["send_at"]) : null;
}

/** What became of the batches of a send that was canceled. */
type Withdrawal = {
  /** The IDs of those that are canceled at the provider. */
  readonly canceled: ReadonlySet<string>;
  /** How many may still be canceled by trying again. */
  readonly left: number;
  /** How long the provider wants to be left alone, in milliseconds; 0 where it says nothing. */
  readonly retryAfterMs: number;
};

/** Requests that are made at once. */
const REQUESTS_AT_ONCE = 4;

/** Cancels every batch at the provider. One that is being sent stays accepted: it is too late for it. */
async function withdraw(client: SinchClient, result: SendResult): Promise<Withdrawal> {
  return forBatches(result, async (id) => {
    const answer = await client.cancelBatch(id);
    if (answer.kind === "canceled" || !isTooLate(answer)) return answer;
    // The second DELETE of a batch is refused, so after a lost answer only the batch itself can say what it came to.
    return canceledOf(await client.readBatch(id), answer);
  });
}

/** Looks which batches are canceled, where it is too late to cancel more. */
async function readBack(client: SinchClient, result: SendResult): Promise<Withdrawal> {
  const stands: Failure = { kind: "rejected", status: 403, code: "conflict_send_at", text: "it is sent" };
  return forBatches(result, async (id) => canceledOf(await client.readBatch(id), stands));
}

/** The result once these batches are canceled: only those that were not before change the counts. */
function withCanceled(result: SendResult, canceled: ReadonlySet<string>): SendResult {
  const taken = result.batches.filter((batch) => !batch.canceled && canceled.has(batch.id));
  if (taken.length === 0) return result;
  const recipients = taken.reduce((sum, batch) => sum + batch.recipients, 0);
  const accepted = result.recipients.accepted - recipients;
  return {
    ...result,
    state: accepted === 0 ? "canceled" : result.state,
    recipients: { ...result.recipients, accepted, canceled: result.recipients.canceled + recipients },
    batches: result.batches.map((batch) => (canceled.has(batch.id) ? { ...batch, canceled: true } : batch)),
  };
}

async function forBatches({ batches }: SendResult, ask: (id: string) => Promise<Cancellation>): Promise<Withdrawal> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const ids = batches.filter((batch) => !batch.canceled).map(({ id }) => id);
  const answers = await limit.map(ids, ask);
  const failures = answers.filter((answer) => answer.kind !== "canceled").filter((answer) => !isTooLate(answer));
  return {
    canceled: new Set(ids.filter((_, index) => answers[index]?.kind === "canceled")),
    left: failures.length,
    retryAfterMs: Math.max(0, ...failures.map((failure) => ("retryAfterMs" in failure && failure.retryAfterMs) || 0)),
  };
}

/** @param otherwise - what it came to where the batch is not canceled */
function canceledOf(reading: BatchReading, otherwise: Failure): Cancellation {
  if (reading.kind === "batch") return reading.batch.canceled ? { kind: "canceled" } : otherwise;
  return isTooLate(reading) ? otherwise : reading;
}

/** 404: the provider has no such batch any more; everything else that it refuses is being sent. */
function isTooLate(answer: Failure): boolean {
  return answer.kind === "rejected" || (answer.kind === "unauthorized" && answer.status === 404);
}
