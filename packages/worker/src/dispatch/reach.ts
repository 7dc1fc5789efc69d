import { reachedBatch, type ReachedCall } from "@volley/receipts";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { RegionContext } from "../region/region-context.ts";

/** Says whom a lot reaches, so that an answer to it finds it. */
export type Reach = {
  /**
   * What the fence notes, so that a worker that dies right after its request leaves an answer in doubt, and not with an earlier
   * send; `null`: nothing.
   */
  readonly handedOver: ReachedCall | null;
  /** Says what became of it; nothing where that is not known. */
  readonly ended: (ending: Ended) => void;
};

/** An outcome of a request, or an ending of a lot. */
type Ended = { readonly kind: string; readonly batchId?: string };

/** By these the lot, or a request of it, may have reached somebody all the same. */
const IN_DOUBT = new Set(["unknown", "recalled"]);

export function reachOf(context: RegionContext, dispatch: LotDispatch): Reach {
  const { prefix, region, linkAnswersS, scripts, log } = context;
  const { send, reference, lot, values } = dispatch;
  const batch = { from: send.message.from, recipients: lot.recipients, values, reference, sendAt: send.sendAt };
  const reached = linkAnswersS === 0 || dispatch.isGone ? null : reachedBatch({ prefix, region }, batch, linkAnswersS);
  if (reached === null) return { handedOver: null, ended: () => {} };
  const say = async (call: ReachedCall): Promise<void> => {
    try {
      await scripts.reachEnded(call);
    } catch (error) {
      log.debug({ region, jobId: dispatch.id, err: error }, "answers to this will not find it");
    }
  };
  return {
    handedOver: reached.handedOver,
    ended: ({ kind, batchId }) => {
      if (kind === "accepted") void say(reached.ended(batchId ?? null));
      else if (!IN_DOUBT.has(kind)) void say(reached.ended(null));
    },
  };
}
