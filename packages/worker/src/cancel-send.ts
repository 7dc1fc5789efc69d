import { JOB_NAME, readJobData, readTime, type SendResult, sendResultSchema, shownId } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import { readNote } from "./dispatch-note.ts";
import { leaveUntil } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";
import { takeBackBatches, takeBackParts } from "./take-back.ts";
import { readBack, withdraw } from "./withdraw.ts";

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
  await job.log(`${shownId(id)}: ${canceled} stopped, ${accepted} too late, ${unknown} unknown`);
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
  const take = isForLater ? withdraw : readBack;
  const parts = partsOf(send);
  const { left, retryAfterMs, changed } =
    parts === null
      ? await takeBackBatches(context, String(send.id), result, take)
      : await takeBackParts(context, String(send.id), parts, take);
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
  context: RegionContext,
  job: Job,
  token: string,
  code: Reason,
  { before = null, retryAfterMs = 0 }: Limits = {},
): Promise<never> {
  const at = context.now();
  const note = readNote(job.progress);
  const looks = note?.last.code === code ? note.looks + 1 : 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS[code], FIRST_PAUSE_MS * 2 ** (looks - 1));
  // Not past the time at which the provider sends: that would be the end of all chances.
  const latestMs = before === null ? pauseMs : Math.max(FIRST_PAUSE_MS, (before.getTime() - at.getTime()) / 2);
  const delayMs = Math.max(retryAfterMs, Math.min(pauseMs, latestMs));
  return leaveUntil(context, { job, token }, new Date(at.getTime() + delayMs), {
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

/** How many parts the results of a settled send are in; `null` when they are all in its own. */
function partsOf(send: Job): number | null {
  const stored = readJobData(send.data);
  return stored.kind === "settled" ? (stored.data.parts ?? null) : null;
}
