import { failureCause, type Outcome } from "@volley/sinch";
import { askFirst, type Found } from "../ask/ask-first.ts";
import { awaitTurn } from "./await-turn.ts";
import { buildBatch } from "./build-batch.ts";
import { crewKeys } from "../redis/crew.ts";
import type { PieceDispatch } from "../ask/dispatch.ts";
import type { Past } from "../job/dispatch-note.ts";
import { leaveToOthers } from "../job/hold-job.ts";
import { writeWithinMs } from "../job/job-lock.ts";
import { leaveToOther } from "../job/leave-job.ts";
import { CANCELED, EXPIRED, GONE, type Refusal } from "../ledger/ledger.ts";
import { isPart, jobKeyOf, partIndexOf, sendIdOf, sendKeyOf } from "../terms/own-part.ts";
import { childrenKeys } from "../region/part-keys.ts";
import { policyInput } from "../ask/policy-input.ts";
import { prefixOf } from "../region/prefix-of.ts";
import type { RegionContext } from "../region/region-context.ts";
import { decide } from "../ask/retry-policy.ts";
import { returnJob } from "../ask/return-job.ts";
import { unbegunKey } from "../plan/unbegun-parts.ts";

/** How one lot ended: as a whole, or refused, which may be the fault of some of its recipients only. */
export type PieceEnding = Found | (Refusal & { readonly kind: "refused" });

/**
 * Hands one piece to the provider: exactly one request, unless an earlier one may have been accepted; then the provider
 * is asked first, and a batch that it has is adopted.
 *
 * @throws when the job goes back to the queue
 */
export async function dispatchPiece(context: RegionContext, dispatch: PieceDispatch, past: Past): Promise<PieceEnding> {
  const { job, expireAt } = dispatch;
  const { isCanceled } = context.cancellations;
  if (context.aside.isAside()) return leaveToOthers(context, dispatch, past);
  if (past.kind === "clean" && context.guard.isSuspended() && (await isCanceled(job))) return CANCELED;
  const adopted = await askFirst(context, dispatch, past);
  if (adopted) return adopted;
  for (;;) {
    if (context.now() >= expireAt) return EXPIRED;
    if (dispatch.isGone) return (await isCanceled(job)) ? CANCELED : GONE;
    // What is canceled shall not use up the pace of others.
    if (context.limits.current().rate !== null && (await isCanceled(job))) return CANCELED;
    const turn = await awaitTurn(context, dispatch, past);

    const windowMs = writeWithinMs(context.client.timeoutMs);
    const notAfter = new Date(Math.min(context.now().getTime() + windowMs, expireAt.getTime()));
    const [isStopped, isKept] = await Promise.all([fence(context, dispatch), turn.isKept()]);
    if (isStopped) return CANCELED;
    if (context.now() >= expireAt) return EXPIRED;
    if (isKept) return concluded(context, dispatch, past, await request(context, dispatch, notAfter));
  }
}

/** What an outcome means for the piece, for the job and for the region. */
async function concluded(
  context: RegionContext,
  dispatch: PieceDispatch,
  { tries }: Past,
  outcome: Outcome,
): Promise<PieceEnding> {
  const { guard, aside } = context;
  if (outcome.kind === "accepted") guard.accepted();
  if (outcome.kind === "rejected") guard.judged();
  if (outcome.kind === "accepted" || outcome.kind === "rejected") aside.taken();
  if (outcome.kind === "accepted") return { ...outcome, adopted: false };
  const { code, text } = outcome;
  const decision = decide(outcome, policyInput(context));
  // The provider's clock may have been ahead: what is refused when its time is over has come too late, whatever it says.
  if (decision.kind === "settle") return context.now() >= dispatch.expireAt ? EXPIRED : { kind: "refused", code, text };
  const made = decision.kind === "again" ? 0 : 1;
  return returnJob(context, dispatch, decision, { tries: tries + made, failure: outcome });
}

/**
 * The fence: nothing is sent by a worker that has lost the job. The lock is extended for longer than the request may
 * take that is written in time, so that nobody else picks the job up while the request is on its way. In the same step it is looked whether the
 * send is canceled, and noted that a request of the part may be made.
 *
 * @returns whether it is canceled
 * @throws when another worker has the job
 */
async function fence(context: RegionContext, { job, token }: PieceDispatch): Promise<boolean> {
  const { scripts, queue, cancellations, lockMs, crew } = context;
  const [id, send] = [String(job.id), sendIdOf(job)];
  const { crew: members, writes } = crewKeys(prefixOf(context));
  const { processed } = childrenKeys(context, send);
  const lock = `${queue.toKey(id)}:lock`;
  const keys = [lock, cancellations.keyOf(job), unbegunKey(context, send), processed, members, writes];
  const part = isPart(job) ? [partIndexOf(job), queue.toKey(id)] : ["", ""];
  for (;;) {
    await crew.admitted();
    const answer = await scripts.fence({ keys, values: [token, lockMs, ...part, crew.me] });
    if (Array.isArray(answer)) {
      const [write, isCanceled] = answer.map(Number);
      crew.wrote(write ?? 0, [jobKeyOf(job), sendKeyOf(job)]);
      return isCanceled === 1;
    }
    if (answer !== NOT_IN_CREW) leaveToOther();
    crew.expelled();
  }
}

/** The answer of the fence to a process that was silent for long. */
const NOT_IN_CREW = -2;

async function request(
  context: RegionContext,
  { send, piece, reference, expireAt }: PieceDispatch,
  notAfter: Date,
): Promise<Outcome> {
  const { client, limits, now, observer, region } = context;
  const startedAt = now();
  const { recipients } = piece;
  const batch = buildBatch({ send, recipients, reference, expireAt, now: startedAt });
  const outcome = await client.sendBatch(batch, { notAfter });
  const durationMs = now().getTime() - startedAt.getTime();
  const cause = outcome.kind === "accepted" ? null : failureCause(outcome);
  observer.requestEnded({ region, outcome: outcome.kind, cause, recipients: recipients.length, durationMs });
  limits.requestTook(durationMs);
  return outcome;
}
