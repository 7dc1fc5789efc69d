import { failureCause, type Outcome } from "@volley/sinch";
import { askFirst } from "../ask/ask-first.ts";
import { awaitTurn } from "./await-turn.ts";
import { buildBatch } from "./build-batch.ts";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { Past } from "../job/note.ts";
import { writeWithinMs } from "../job/job-lock.ts";
import type { LotEnding } from "../ledger/after-lot.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { CANCELED, EXPIRED, GONE } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import { fence } from "./fence.ts";
import { type Reach, reachOf } from "./reach.ts";
import { decide, policyInput } from "../ask/retry-policy.ts";
import { putBackFailed } from "../ask/put-back-failed.ts";

/**
 * Hands one lot to the provider: exactly one request, unless an earlier one may have been accepted; then the provider
 * is asked first, and a batch that it has is adopted.
 *
 * @throws when the job goes back to the queue
 */
export async function dispatchLot(context: RegionContext, dispatch: LotDispatch, past: Past): Promise<LotEnding> {
  const reach = reachOf(context, dispatch);
  const ending = await endingOf(context, dispatch, past, reach);
  reach.ended(ending);
  return ending;
}

async function endingOf(context: RegionContext, dispatch: LotDispatch, past: Past, reach: Reach): Promise<LotEnding> {
  const { expireAt } = dispatch;
  const { isCanceled } = context.cancellations;
  if (context.aside.isAside()) return putBackUnsent(context, dispatch, { past, code: "worker_stands_aside" });
  if (past.kind === "clean" && context.guard.isSuspended() && (await isCanceled(dispatch))) return CANCELED;
  const adopted = await askFirst(context, dispatch, past);
  if (adopted) return adopted;
  for (;;) {
    if (context.now() >= expireAt) return EXPIRED;
    if (dispatch.isGone) return (await isCanceled(dispatch)) ? CANCELED : GONE;
    // What is canceled shall not use up the pace of others.
    if (context.limits.current().rate !== null && (await isCanceled(dispatch))) return CANCELED;
    const turn = await awaitTurn(context, dispatch, past);

    const windowMs = writeWithinMs(context.client.timeoutMs);
    const notAfter = new Date(Math.min(context.now().getTime() + windowMs, expireAt.getTime()));
    const [isStopped, isKept] = await Promise.all([fence(context, dispatch), turn.isKept(), reach.handedOver()]);
    if (isStopped) return CANCELED;
    if (context.now() >= expireAt) return EXPIRED;
    if (isKept) return concluded(context, dispatch, past, await request(context, dispatch, notAfter, reach));
  }
}

/** What an outcome means for the lot, for the job and for the region. */
async function concluded(
  context: RegionContext,
  dispatch: LotDispatch,
  { tries }: Past,
  outcome: Outcome,
): Promise<LotEnding> {
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
  return putBackFailed(context, dispatch, decision, { tries: tries + made, failure: outcome });
}

async function request(
  context: RegionContext,
  { send, lot, reference, expireAt }: LotDispatch,
  notAfter: Date,
  reach: Reach,
): Promise<Outcome> {
  const { client, deliveryReport, limits, now, observer, region } = context;
  const startedAt = now();
  const { recipients } = lot;
  const batch = buildBatch({ send, recipients, reference, expireAt, deliveryReport, now: startedAt });
  const outcome = await client.sendBatch(batch, { notAfter });
  const durationMs = now().getTime() - startedAt.getTime();
  const cause = outcome.kind === "accepted" ? null : failureCause(outcome);
  observer.requestEnded({ region, outcome: outcome.kind, cause, recipients: recipients.length, durationMs });
  limits.requestTook(durationMs);
  // What is accepted is said once, at the end.
  if (outcome.kind !== "accepted") reach.ended(outcome);
  return outcome;
}
