import type { Outcome } from "@volley/sinch";
import { askFirst } from "./ask-first.ts";
import { buildBatch } from "./build-batch.ts";
import type { PieceDispatch } from "./dispatch.ts";
import type { Past } from "./dispatch-note.ts";
import { leaveToOther } from "./leave-job.ts";
import { CANCELED, type Ending, EXPIRED, type Refusal } from "./ledger.ts";
import { policyInput } from "./policy-input.ts";
import type { RegionContext } from "./region-context.ts";
import { decide } from "./retry-policy.ts";
import { returnJob } from "./return-job.ts";

/**
 * The request is written this soon after the lock was extended, or not at all: a worker that was frozen in between must
 * not send what another one has taken over. Far less than a lock lasts, far more than a busy process needs.
 */
const WRITE_MS = 2_000;

/** How one piece ended: as a whole, or refused, which may be the fault of some of its recipients only. */
export type PieceEnding = Ending | (Refusal & { readonly kind: "rejected" });

/**
 * Hands one piece to the provider: exactly one request, unless an earlier one may have been accepted; then the provider
 * is asked first, and a batch that it has is adopted.
 *
 * @throws when the job goes back to the queue
 */
export async function dispatchPiece(context: RegionContext, dispatch: PieceDispatch, past: Past): Promise<PieceEnding> {
  const { job, expireAt } = dispatch;
  const { isCanceled } = context.cancellations;
  if (past.kind === "clean" && context.guard.isSuspended() && (await isCanceled(job))) return CANCELED;
  const adopted = await askFirst(context, dispatch, past);
  if (adopted) return adopted;
  if (context.now() >= expireAt) return EXPIRED;

  const notAfter = new Date(Math.min(context.now().getTime() + WRITE_MS, expireAt.getTime()));
  const [isOurs, isStopped] = await Promise.all([fence(context, dispatch), isCanceled(job)]);
  if (!isOurs) leaveToOther();
  if (isStopped) return CANCELED;
  if (context.now() >= expireAt) return EXPIRED;

  const outcome = await request(context, dispatch, notAfter);
  // Frozen behind the fence: by now the job may be another worker's. It is left as it is, to be found stalled.
  if (outcome.kind === "unavailable" && outcome.code === "too_late") leaveToOther();
  if (outcome.kind === "accepted") {
    context.guard.recovered();
    return { ...outcome, adopted: false };
  }
  const decision = decide(outcome, policyInput(context));
  if (decision.kind === "settle") return { kind: "rejected", code: outcome.code, text: outcome.text };
  return returnJob(context, dispatch, decision, { tries: past.tries + 1, outcome: outcome.kind, code: outcome.code });
}

/**
 * The fence: nothing is sent by a worker that has lost the job. The lock is extended for longer than the request may
 * take, so that nobody else picks the job up while the request is on its way.
 */
async function fence({ lockMs }: RegionContext, { job, token }: PieceDispatch): Promise<boolean> {
  return (await job.extendLock(token, lockMs)) === 1;
}

async function request(
  context: RegionContext,
  { send, piece, reference, expireAt }: PieceDispatch,
  notAfter: Date,
): Promise<Outcome> {
  const { client, now, observer, region } = context;
  const startedAt = now();
  const { recipients } = piece;
  const batch = buildBatch({ send, recipients, reference, expireAt, now: startedAt });
  const outcome = await client.sendBatch(batch, { notAfter });
  const durationMs = now().getTime() - startedAt.getTime();
  observer.requestEnded({ region, outcome: outcome.kind, recipients: recipients.length, durationMs });
  return outcome;
}
