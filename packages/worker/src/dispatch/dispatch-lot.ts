import { failureCause, type Outcome } from "@volley/sinch";
import { askFirst } from "../ask/ask-first.ts";
import { awaitTurn } from "./await-turn.ts";
import { buildBatch } from "./build-batch.ts";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { Past } from "../job/note.ts";
import type { LotEnding } from "../ledger/after-lot.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { CANCELED, EXPIRED } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import { endingBefore, pass } from "./pass.ts";
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
  const { isCanceled } = context.cancellations;
  if (context.aside.isAside()) return putBackUnsent(context, dispatch, { past, code: "worker_stands_aside" });
  if (past.kind === "clean" && context.guard.isSuspended() && (await isCanceled(dispatch))) return CANCELED;
  const adopted = await askFirst(context, dispatch, past);
  if (adopted) return adopted;
  for (;;) {
    const early = await endingBefore(context, dispatch, past);
    if (early) return early;
    const turn = await awaitTurn(context, dispatch, past);
    const passed = await pass(context, dispatch, past, { turn, reach });
    if (passed instanceof Date) {
      return concluded(context, dispatch, past, await request(context, dispatch, passed, reach));
    }
    if (passed) return passed;
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
