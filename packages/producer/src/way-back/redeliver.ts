import { cancelKey, LIMITS, placeholdersIn, withoutNulls } from "@volley/contract";
import {
  claimRetry,
  endRetry,
  hasFailedWith,
  putOffRetry,
  readDeliveries,
  type DeliveriesPlace,
  TEMPORARY_CODES,
} from "@volley/receipts";
import type { Job } from "bullmq";
import { enqueueSend } from "../enqueue/enqueue.ts";
import type { EnqueueContext } from "../enqueue/enqueue-terms.ts";
import { expiryOf, namesOf, readDelivery } from "../follow/read-delivery.ts";
import type { SendAddress } from "../redis/queue-access.ts";
import { requireRegion } from "../terms/require-argument.ts";
import { redeliveryId, redeliveryKey } from "../terms/redelivery-of.ts";
import { hasCode } from "../terms/producer-error.ts";
import { keptLists } from "../unsent/kept-lists.ts";
import { sendAgain, type UnsentSend } from "../unsent/read-unsent.ts";
import { type Settled, settledOf, type UnsentList } from "../unsent/unsent-lists.ts";

/** A send that goes once more to some of another one's recipients. */
export type Redelivered = {
  readonly send: string;
  /** `null` where nobody of them is kept any more. */
  readonly id: string | null;
  readonly recipients: number;
  /** Whose message has failed so, and who are not kept any more. */
  readonly lost: number;
};

/** For how long a send is that of the process that looks at it, in milliseconds. */
const LEASE_MS = 10_000;

/** How often a send is looked at while messages of it are open, in milliseconds. */
const LOOK_MS = 30_000;

/** How to look for sends that are due. */
export type RedeliverOptions = {
  /** Ends the call after the send that it looks at. */
  readonly signal?: AbortSignal;
};

/** A send that has ended, and may be sent once more. */
type Candidate = {
  readonly settled: Settled;
  readonly message: Readonly<Record<string, unknown>>;
  readonly endedAt: Date;
  readonly expiresAt: Date;
};

type Verdict = { readonly kind: "wait" } | { readonly kind: "over"; readonly redelivered: Redelivered | null };

const WAIT: Verdict = { kind: "wait" };
const OVER: Verdict = { kind: "over", redelivered: null };

/**
 * Looks at all sends of a region that ask for `retry_codes` and are due, and sends once more where it is time. Any number of
 * processes may do so at once, and stop at any moment: each looks at others, the second send has a key of its own, and what stands
 * in it is decided once.
 *
 * @throws ProducerError `VOLLEY_INVALID_REGION`
 */
export async function redeliver(
  context: EnqueueContext,
  region: string,
  { signal }: RedeliverOptions = {},
): Promise<Redelivered[]> {
  requireRegion(region);
  const { link, prefix, now } = context;
  const place = { prefix, region };
  const later = (ms: number): Date => new Date(now().getTime() + ms);
  // What is put off meanwhile is not due again in this call: it ends.
  const dueBy = now();
  const claim = async (): Promise<string | null> =>
    link.run(async () => claimRetry(link.connection, place, { dueBy, until: later(LEASE_MS) }));
  const redelivered: Redelivered[] = [];
  for (let id = await claim(); id !== null; id = signal?.aborted ? null : await claim()) {
    const send = id;
    const verdict = await judge(context, { id: send, region });
    if (verdict.kind === "wait") {
      const until = later(LOOK_MS);
      await link.run(async () => putOffRetry(link.connection, place, send, until));
      continue;
    }
    const done = verdict.redelivered;
    await link.run(async () => endRetry(link.connection, place, send, done?.id ?? null));
    if (done !== null) redelivered.push(done);
  }
  return redelivered;
}

async function judge(context: EnqueueContext, address: SendAddress): Promise<Verdict> {
  const { link, prefix, queueOf, now } = context;
  const { id, region } = address;
  const job = await link.run(async () => queueOf(region).getJob(id));
  if (job === undefined || job.failedReason) return OVER;
  const candidate = candidateOf(address, job);
  if (candidate === null) return WAIT;
  const { settled, message, endedAt, expiresAt } = candidate;
  const isStopped = await link.run(async () =>
    link.connection.exists(cancelKey(prefix, region, { id, timestamp: job.timestamp })),
  );
  if (isStopped === 1 || settled.result.recipients.canceled > 0 || now() >= expiresAt) return OVER;
  const delivery = await readDelivery(context, address, { message, result: settled.result, endedAt });
  const halfway = (endedAt.getTime() + expiresAt.getTime()) / 2;
  if ((delivery?.open ?? 1) > 0 && now().getTime() < halfway) return WAIT;
  const failed = await failedOf(context, settled, codesOf(message));
  if (failed.size === 0) return OVER;
  return { kind: "over", redelivered: await enqueueOnce(context, candidate, failed) };
}

function candidateOf(address: SendAddress, job: Job): Candidate | null {
  const settled = settledOf(address, job);
  if (settled === null || job.finishedOn === undefined) return null;
  const endedAt = new Date(job.finishedOn);
  const message = settled.message as Candidate["message"];
  return { settled, message, endedAt, expiresAt: expiryOf(message, endedAt) };
}

function codesOf(message: Candidate["message"]): ReadonlySet<number> {
  const { retry_codes: codes } = message;
  return Array.isArray(codes)
    ? new Set(codes.filter((code): code is number => typeof code === "number"))
    : TEMPORARY_CODES;
}

/** Those whose messages have failed so, for good. */
async function failedOf(
  { link, prefix }: EnqueueContext,
  { address: { id, region }, result }: Settled,
  codes: ReadonlySet<number>,
): Promise<Set<string>> {
  const failed = new Set<string>();
  const others = new Set<string>();
  const read = async (from: DeliveriesPlace | null): Promise<DeliveriesPlace | null> => {
    const query = { place: { prefix, region }, names: namesOf(id, result), from, limit: LIMITS.batchesInResult };
    const { deliveries, next } = await link.run(async () => readDeliveries(link.connection, query));
    for (const delivery of deliveries) {
      (hasFailedWith(delivery, codes) ? failed : others).add(delivery.recipient);
    }
    return next;
  };
  for (let from = await read(null); from !== null;) from = await read(from);
  // Whoever is in two batches may have got the other one.
  return new Set([...failed].filter((recipient) => !others.has(recipient)));
}

/** What another process has decided meanwhile stands. */
async function enqueueOnce(
  context: EnqueueContext,
  { settled, message, expiresAt }: Candidate,
  failed: ReadonlySet<string>,
): Promise<Redelivered> {
  const { id, region } = settled.address;
  const { retry_codes: _, send_at: __, to: ___, staged: ____, parameters: _____, ...rest } = message;
  const lists = (): AsyncIterable<UnsentList> => {
    return placeholdersIn(message["body"]).length > 0 ? keptLists(context, settled, failed) : pagesOf(failed);
  };
  let certain = 0;
  for await (const list of lists()) certain += list.certain.length;
  const again = { certain, unknown: 0, message: rest, result: settled.result, lists } as unknown as UnsentSend;
  const lost = failed.size - certain;
  if (certain === 0) return { send: id, id: null, recipients: 0, lost };
  try {
    const send = await sendAgain(again, "certain", { expire_at: expiresAt.toISOString() });
    await enqueueSend({ ...context, listedAs: "redelivery" }, withoutNulls(send), {
      region,
      idempotencyKey: redeliveryKey(settled.address),
    });
  } catch (error) {
    if (!hasCode(error, "VOLLEY_IDEMPOTENCY_CONFLICT")) throw error;
  }
  return { send: id, id: redeliveryId(settled.address), recipients: certain, lost };
}

async function* pagesOf(people: ReadonlySet<string>): AsyncGenerator<UnsentList> {
  const all = [...people];
  for (let first = 0; first < all.length; first += LIMITS.recipientsPerBatch) {
    yield { certain: all.slice(first, first + LIMITS.recipientsPerBatch), unknown: [], lost: 0 };
  }
}
