import {
  fingerprint,
  InvalidSendError,
  JOB_NAME,
  queueName,
  readSend,
  type ReadySend,
  type Send,
  sendId,
} from "@volley/contract";
import type { Queue } from "bullmq";
import { claim, claimKey, type ClaimInput, confirm } from "./claim.ts";
import type { QueueAccess } from "./queue-access.ts";
import { ProducerError } from "./producer-error.ts";
import { requireKey, requireRegion } from "./require-argument.ts";

/** How often a send is added, should Redis forget it right away. */
const MOST_ADDS = 3;

/** What a send is put on the queue with. */
export type EnqueueOptions = {
  /** The region's name. There is no default: a service plan lives in one region. */
  readonly region: string;
  /** Yours, at most 512 characters: the same key never sends twice. Make it from what the message is about. */
  readonly idempotencyKey: string;
};

/** A send that is on the queue. */
export type Enqueued = {
  /** The send's ID, which is its job's ID. */
  readonly id: string;
  readonly region: string;
  /** Whether an earlier call with the same key and content had enqueued it. */
  readonly alreadyEnqueued: boolean;
  readonly recipients: {
    readonly requested: number;
    readonly valid: number;
    readonly duplicate: number;
    readonly rejected: number;
  };
};

/** What enqueueing depends on beside the send. */
export type EnqueueSettings = {
  readonly leadMs: number;
  readonly rememberMs: number;
  readonly now: () => Date;
};

/** Puts a send on its region's queue, once per idempotency key. */
export async function enqueueSend(
  { link, prefix, queueOf }: QueueAccess,
  { leadMs, rememberMs, now }: EnqueueSettings,
  send: Send,
  { region, idempotencyKey }: EnqueueOptions,
): Promise<Enqueued> {
  requireRegion(region);
  requireKey(idempotencyKey);
  const ready = requireSend(send, now());
  const id = sendId(region, idempotencyKey);
  const delay = delayOf(ready, now(), leadMs);
  const input = {
    redis: link.connection,
    key: claimKey(prefix, id),
    jobKey: `${prefix}:${queueName(region)}:${id}`,
    fingerprint: fingerprint(send),
    ttlMs: delay + rememberMs,
    idempotencyKey,
  };
  const alreadyEnqueued = await link.run(async () => addOnce(queueOf(region), send, { id, delay }, input));
  const { requested, accepted, duplicate, rejected } = ready.recipients;
  return { id, region, alreadyEnqueued, recipients: { requested, valid: accepted.length, duplicate, rejected } };
}

/** @returns whether the send was on the queue before */
async function addOnce(
  queue: Queue,
  send: Send,
  { id, delay }: { readonly id: string; readonly delay: number },
  input: ClaimInput,
): Promise<boolean> {
  const claimed = await claim(input);
  if (claimed === "enqueued") return true;
  const isThere = claimed === "begun" && (await queue.getJob(id)) !== undefined;
  for (let added = 1; added <= MOST_ADDS; added += 1) {
    await queue.add(JOB_NAME, send, { jobId: id, delay });
    if (await confirm(input)) return isThere;
  }
  throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis forgot the send right after it was added");
}

function requireSend(send: unknown, now: Date): ReadySend {
  const read = readSend(send, now);
  if (!read.ok) throw new InvalidSendError(read.problems);
  const { expireAt } = read.send;
  if (expireAt && expireAt <= now) {
    const message = `expected a time in the future, got ${expireAt.toISOString()}`;
    throw new InvalidSendError([{ field: "expire_at", message }]);
  }
  return read.send;
}

function delayOf({ sendAt }: ReadySend, now: Date, leadMs: number): number {
  return Math.max(0, (sendAt?.getTime() ?? 0) - leadMs - now.getTime());
}
