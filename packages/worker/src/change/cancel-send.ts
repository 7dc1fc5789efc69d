import { JOB_NAME, LIMITS, readJobData, readTime, type SendResult, sendResultSchema, shownId } from "@volley/contract";
import { Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import { type Note, readNote } from "../job/note.ts";
import { enqueuedAt } from "../terms/held-job.ts";
import { putBack } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { takeBackBatches, takeBackParts } from "./take-back.ts";
import { cancelBatches, readBack } from "./cancel-batches.ts";

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
const LONGEST_PAUSE_MS = { requests_in_flight: 5_000, provider_not_asked: 60_000, provider_not_done: 5_000 };

/** The pause before the second look, in milliseconds; it doubles with each. */
const FIRST_PAUSE_MS = 250;

type Reason = keyof typeof LONGEST_PAUSE_MS;

/** When to look again at the latest (before the provider sends) and at the earliest (as it has asked for). */
type Limits = {
  readonly before?: Date | null;
  readonly retryAfterMs?: number;
  /** Since when the provider does not say more. */
  readonly since?: Date | null;
};

/**
 * Ends a cancellation: waits until everything of the send has ended, then takes back at the provider what it has
 * accepted for later. That the send is canceled was written by the producer before; from that moment on no part of it
 * is sent any more.
 *
 * @throws UnrecoverableError for a job that asks for nothing that could be canceled
 */
export async function cancelSend(context: RegionContext, held: HeldJob): Promise<Canceled> {
  const { job } = held;
  const { send: id } = readRequest(job);
  // All of its recipients may stand in the data of a send that has not ended, and nobody asks about them here.
  const [name, progress] = await context.redis.hmget(context.queue.toKey(id), "name", "progress");
  if (typeof name !== "string") return NOBODY;
  if (name !== JOB_NAME) throw refusal();
  const send = new Job(context.queue, name, null, {}, id);
  const state = await send.getState();
  if (state === "failed") return NOBODY;
  if (state !== "completed") {
    await hurry(send, state, readNote(JSON.parse(progress ?? "null")));
    return lookAgain(context, held, "requests_in_flight");
  }

  const completed = await context.queue.getJob(id);
  if (completed === undefined) return NOBODY;
  const read = sendResultSchema.safeParse(completed.returnvalue);
  if (!read.success) throw refusal();
  const { recipients } = await takeBack(context, held, completed, read.data);
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

/**
 * Takes back what was accepted for later. How far a cancellation came that was cut off nobody wrote down; it need not be:
 * every batch is asked about until it is known to be canceled, and one that is canceled already says so again.
 *
 * @returns the result afterwards, once trying again can bring nothing more
 */
async function takeBack(context: RegionContext, held: HeldJob, send: Job, result: SendResult): Promise<SendResult> {
  const { job } = held;
  const { sendAt, expireAt } = timesOf(send);
  // The provider began to send it at once, or was never to send it.
  if (sendAt === null) return result;
  const now = context.now();
  const isInTime = enqueuedAt(held, now) < sendAt;
  const taking = { take: isInTime ? cancelBatches : readBack, isLast: now >= expireAt };
  const parts = partsOf(send);
  const { unasked, unsaid, retryAfterMs, changed } =
    parts === null
      ? await takeBackBatches(context, String(send.id), result, taking)
      : await takeBackParts(context, String(send.id), parts, taking);
  const { region, log } = context;
  if (unasked > 0 && !taking.isLast) {
    // Called as a method: pino's levels lose their logger otherwise.
    log[noteOf(job, "provider_not_asked") ? "debug" : "warn"](
      { region, unasked },
      "batches could not be canceled at the provider yet",
    );
    return lookAgain(context, held, "provider_not_asked", { before: sendAt, retryAfterMs });
  }
  const noted = noteOf(job, "provider_not_done")?.unknown_since ?? null;
  // Notes go by Redis' clock.
  const since = noted === null ? now : new Date(Date.parse(noted) - context.memory.last().aheadMs);
  if (unsaid > 0 && now.getTime() - since.getTime() < context.unknownHoldMs) {
    return lookAgain(context, held, "provider_not_done", { before: sendAt, since });
  }
  return changed;
}

/**
 * Lets a send end soon: it is the next one, whatever waits before it. One that is in doubt is left to its own time: asked
 * about at every look of ours, it would be a question several times a second.
 */
async function hurry(send: Job, state: string, note: Note | null): Promise<void> {
  const isInDoubt = note !== null && note.unknown_since !== null && note.last.outcome !== "held";
  if (state === "delayed" && !isInDoubt) await send.promote().catch(() => {});
  if (["delayed", "waiting", "prioritized"].includes(state)) await send.changePriority({ priority: 0, lifo: true });
}

/** The pause doubles as long as the reason is the same; a note of an earlier reason begins it anew. */
async function lookAgain(
  context: RegionContext,
  held: HeldJob,
  code: Reason,
  { before = null, retryAfterMs = 0, since = null }: Limits = {},
): Promise<never> {
  const at = context.now();
  const looks = (noteOf(held.job, code)?.looks ?? 0) + 1;
  const pauseMs = Math.min(LONGEST_PAUSE_MS[code], FIRST_PAUSE_MS * 2 ** (looks - 1));
  // Not past the time at which the provider sends: whatever is canceled after it may be too late.
  const isBefore = before !== null && before > at;
  const latestMs = isBefore ? Math.max(FIRST_PAUSE_MS, (before.getTime() - at.getTime()) / 2) : pauseMs;
  const delayMs = Math.max(retryAfterMs, Math.min(pauseMs, latestMs));
  const noted = { tries: 0, doubt: { since, looks }, outcome: "held", code };
  return putBack(context, held, noted, new Date(at.getTime() + delayMs));
}

/** The note of the last look, where it was left for this reason. */
function noteOf(job: Job, code: Reason): Note | null {
  const note = readNote(job.progress);
  return note?.last.code === code ? note : null;
}

/** When the provider begins to send what it has accepted, `null` when it did so at once; and until when it tries. */
function timesOf(send: Job): { readonly sendAt: Date | null; readonly expireAt: Date } {
  const stored = readJobData(send.data);
  const message = stored.kind === "settled" ? stored.data.message : {};
  const timeOf = (field: string): Date | null => {
    const text = message[field];
    return typeof text === "string" ? readTime(text) : null;
  };
  const sendAt = timeOf("send_at");
  return { sendAt, expireAt: timeOf("expire_at") ?? new Date((sendAt?.getTime() ?? 0) + LIMITS.expiryMs) };
}

/** How many parts the results of a settled send are in; `null` when they are all in its own. */
function partsOf(send: Job): number | null {
  const stored = readJobData(send.data);
  return stored.kind === "settled" ? (stored.data.parts ?? null) : null;
}
