import { InvalidSendError } from "@volley/contract";
import { type AddedSend, addStaged } from "../claim/add-send.ts";
import { countsOf, findClaim, printOf } from "../claim/claim.ts";
import { addGuarded } from "../duplicates/add-guarded.ts";
import { splitParameters } from "../recipients/own-values.ts";
import { type SendToMany, sizeOf } from "../recipients/recipient-source.ts";
import { createStagingOnce } from "../staging/stage-each-once.ts";
import { createStage, type Stage } from "../staging/stage.ts";
import { type ListInput, takeList } from "../staging/take-list.ts";
import { leavingOut } from "../terms/list-counts.ts";
import {
  copyOf,
  nobodyLeft,
  readWithoutRecipients,
  requireGood,
  requireInTime,
  type Times,
} from "../terms/read-message.ts";
import type { EnqueueOptions, EnqueueContext, Outcome, Target } from "./enqueue-terms.ts";

/** A send whose recipients are to be staged; everything beside them has been found good. */
type StagedRequest = Target & ListInput & { readonly times: Times };

/**
 * Brings recipients in any number into Redis, and then puts the send on the queue: nothing is sent before all are there.
 * Memory does not grow with their number, and the source is not asked for more than Redis takes.
 */
export async function enqueueStaged(
  context: EnqueueContext,
  { to: recipients, ...given }: SendToMany,
  options: Target & Pick<EnqueueOptions, "onProgress" | "signal">,
): Promise<Outcome> {
  const { budget, stageTtlMs, now } = context;
  const times = requireGood(readWithoutRecipients(given, now()));
  const request = { ...options, message: copyOf(given), parameters: times.parameters, recipients, times };
  const known = await findClaim(context, options);
  if (known) {
    // It is only checked that it is the same send, for which nothing has to be staged.
    const { fingerprint, counts } = await takeList(context, request, null);
    return { alreadyEnqueued: true, recipients: countsOf(known, { print: printOf(fingerprint), counts }) };
  }
  requireInTime(times, now());
  await budget.ensure(true);
  const stage = createStage(context, stageTtlMs);
  try {
    return await stageAndAdd(context, request, stage);
  } catch (error) {
    await stage.discard();
    throw error;
  }
}

async function stageAndAdd(context: EnqueueContext, request: StagedRequest, stage: Stage): Promise<Outcome> {
  const { id, region, message, parameters, times, duplicates, recipients } = request;
  const { common, listed } = splitParameters(parameters);
  const once = createStagingOnce(stage, listed, context.filters, { size: sizeOf(recipients) });
  const { rejections, fingerprint, ...taken } = await takeList(context, request, once).finally(once.close);
  const { staged: valid, duplicate } = once.counts();
  if (valid === 0) throw new InvalidSendError(nobodyLeft(message, rejections, new Date()));
  const counts = { ...taken.counts, valid, duplicate };
  const list = { id, region, size: valid, pages: stage.readBack };
  const sends = duplicates && { message, defaults: parameters, lists: [list], sendAt: times.sendAt, duplicates };
  return addGuarded(context, sends, async ([sentTo], state): Promise<AddedSend> => {
    const send = { id, region, times, message, common, rejections, print: printOf(fingerprint) };
    if (sentTo?.kind !== "rest") return addStaged(context, { ...send, stage, counts }, state);
    await stage.discard();
    const left = { stage: sentTo.stage, counts: leavingOut(counts, sentTo.recipients) };
    return addStaged(context, { ...send, ...left }, state);
  });
}
