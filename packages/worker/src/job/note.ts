import { z } from "zod";
import type { Forgetting, RedisProcess } from "../redis/look-at-redis.ts";

const noteSchema = z.object({
  /** The pick-up (BullMQ's `attemptsStarted`) that wrote this note. A later one without a note ended in a crash. */
  pickup: z.int().min(0),
  /** Requests that were made. */
  tries: z.int().min(0),
  /** Looks at the provider's list since the outcome became unknown. */
  looks: z.int().min(0),
  /** Since when, by Redis' clock, a request may have been accepted without anybody saying so; `null` when none may. */
  unknown_since: z.iso.datetime().nullable(),
  /** Whether nothing but what Redis may have forgotten casts that doubt. */
  forgotten: z.boolean().optional(),
  /** How often Redis had forgotten something when it was written: of what it forgets later it proves nothing. */
  epoch: z.int().min(0).optional(),
  /** Which lot it is about, where it takes several: how many people the batches before it are to. */
  taken: z.int().min(0).optional(),
  /** Unexpected errors in a row. */
  crashes: z.int().min(0).optional(),
  /** How the last pick-up ended, for whoever looks at the job: `unavailable`, `held`, … and its code. */
  last: z.object({ outcome: z.string(), code: z.string(), at: z.iso.datetime() }),
});

/**
 * What is known about a job that is not settled. It stands in the job's progress: written before the job goes back to
 * the queue, so that whoever picks it up next, on whatever machine, knows whether it may send at once.
 */
export type Note = z.infer<typeof noteSchema>;

/** Reads the note from a job's progress; `null` when there is none. */
export function readNote(progress: unknown): Note | null {
  const parsed = noteSchema.safeParse(progress);
  return parsed.success ? parsed.data : null;
}

/** What may have happened before this pick-up. */
export type Past =
  | { readonly kind: "clean"; readonly tries: number }
  /** A request may have been accepted: ask first. */
  | ({ readonly kind: "doubtful"; readonly tries: number } & Doubt);

/** That a request may have been accepted. */
export type Doubt = {
  /** By this process's clock. */
  readonly since: Date;
  /** Looks at the provider's list since then. */
  readonly looks: number;
  /** Whether nothing but what Redis may have forgotten casts it. @default a request was made, or may have been */
  readonly isForgotten?: boolean;
};

/** What is known when a job is picked up. */
export type PickUp = {
  /** Whether nobody has had the job before, as far as anything says. */
  readonly isFirst: boolean;
  /** BullMQ's `attemptsStarted`: 1 at the first pick-up, which counts this one. */
  readonly pickup: number;
  readonly note: Note | null;
  /** Which lot comes next: how many people the batches before it are to. */
  readonly taken: number;
  /** By the producer's clock. */
  readonly enqueuedAt: Date;
  /** When it was found out that it may have been handed over without a trace; `null` where it was not. */
  readonly lost: Forgetting | null;
  /** As it answered since the job was picked up. */
  readonly redis: Pick<RedisProcess, "epoch" | "forgotten" | "aheadMs">;
  /** By this process's clock. */
  readonly now: Date;
};

/**
 * A service that was told "enqueued" a moment before Redis forgot it enqueues the same send again: the job looks newer
 * than the forgetting, but its request may have been made before. The chaos suite found such sends texted twice. So for
 * this long after Redis forgot something, every job asks first; once the hold is over that is one question each.
 */
const ENQUEUED_AGAIN_MS = 10 * 60_000;

/**
 * Whether a job may be sent at once.
 *
 * A worker that dies writes no note. So the proof of an orderly past is a note of the very last pick-up; anything else
 * means that somebody began and did not finish, and a request may be at the provider. A note is not proof either when
 * Redis lost its last second after it was written: then whatever was enqueued before is doubtful, and what was doubtful
 * before may have been sent afresh in that second, so that its hold begins again. So is whatever is enqueued within
 * {@link ENQUEUED_AGAIN_MS} after it.
 *
 * A note is newer than the forgetting where it was written in the epoch that began with it, or a later one. No two machines'
 * clocks are compared: what is between two times is reckoned by Redis' clock alone. Where it is known which jobs were forgotten,
 * the others are not in doubt.
 *
 * A note is about one lot: where Redis has forgotten how far the job is, and not the note, it is about another one than
 * that which seems to come next, and that one may have been sent long before.
 */
export function pastOf({ isFirst, pickup, note, taken, enqueuedAt, lost, redis, now }: PickUp): Past {
  const tries = note?.tries ?? 0;
  if (!(note === null ? isFirst : isOfLast(note, { pickup, taken })))
    return { kind: "doubtful", tries, looks: 0, since: now };
  const { forgotten, aheadMs } = redis;
  const here = (time: Date): Date => new Date(time.getTime() - aheadMs);
  const noted = notedDoubt(note, here);
  if (lost !== null && !isSince(note, lost)) return doubtful(tries, { looks: 0, since: here(lost.at) });
  if (forgotten !== null && isOlder(enqueuedAt, here(forgotten.at), now) && !isSince(note, forgotten)) {
    return doubtful(tries, { looks: 0, since: here(forgotten.at), isForgotten: noted?.isForgotten ?? true });
  }
  return noted ? doubtful(tries, noted) : { kind: "clean", tries };
}

/** Whether a note is of the pick-up before, and about the lot that comes next. */
function isOfLast(note: Note, { pickup, taken }: Pick<PickUp, "pickup" | "taken">): boolean {
  return note.pickup === pickup - 1 && (note.taken ?? 0) === taken;
}

function notedDoubt(note: Note | null, here: (time: Date) => Date): Doubt | null {
  if (!note?.unknown_since) return null;
  return { looks: note.looks, since: here(new Date(note.unknown_since)), isForgotten: note.forgotten ?? false };
}

function doubtful(tries: number, { since, looks, isForgotten = false }: Doubt): Past {
  return { kind: "doubtful", tries, looks, since, ...(isForgotten && { isForgotten }) };
}

/** Whether a note was written after something was forgotten. */
function isSince(note: Note | null, { epoch }: Forgetting): boolean {
  return note?.epoch !== undefined && note.epoch >= epoch;
}

/** A producer's clock may be ahead of ours: nothing was enqueued later than now. */
function isOlder(enqueuedAt: Date, forgottenBefore: Date, now: Date): boolean {
  return Math.min(enqueuedAt.getTime(), now.getTime()) < forgottenBefore.getTime() + ENQUEUED_AGAIN_MS;
}
