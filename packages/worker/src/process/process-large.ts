import type { SendResult } from "@volley/contract";
import { holdUntil } from "../job/hold-job.ts";
import { CANCELED, type Ending, EXPIRED } from "../ledger/ledger.ts";
import { hasParts, planJob } from "./plan-job.ts";
import { pastOfJob } from "../job/past-of-job.ts";
import type { Plan } from "../plan/plan.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../job/store-data.ts";
import type { Window } from "./window.ts";

/** A send that has to be split, wherever its recipients are. */
export type LargeSend = {
  readonly plan: Plan;
  /** Settles it when nothing of it was sent and nothing will be. */
  readonly settleUnsent: (ending: Exclude<Ending, { kind: "accepted" }>) => Promise<SendResult>;
};

/** What a worker does with a send of more than 1,000 recipients that is not planned to the end. */
export async function processLarge(
  context: RegionContext,
  held: HeldJob,
  window: Window,
  { plan, settleUnsent }: LargeSend,
): Promise<SendResult> {
  // What became of parts that are on the queue already is theirs to say, however late it is.
  if (await hasParts(context, held.job, plan.planned.parts)) return planJob(context, held, plan);
  const ending = window.kind === "expired" ? EXPIRED : (await context.cancellations.isCanceled(held.job)) && CANCELED;
  if (ending) {
    // Parts may have been sent that Redis has forgotten. Planned again they are as old as the send, ask first, and end so.
    const past = await pastOfJob(context, held.job);
    return past.kind === "clean" ? settleUnsent(ending) : planJob(context, held, plan);
  }
  if (window.kind === "early") return holdUntil(context, held, window.opensAt);
  return planJob(context, held, plan);
}
