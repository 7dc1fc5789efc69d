import { fingerprint, readSend, type Send } from "@volley/contract";
import { type AddedSend, addSend, addStaged } from "../claim/add-send.ts";
import { countsOf, findClaim, printOf } from "../claim/claim.ts";
import { addGuarded } from "../duplicates/add-guarded.ts";
import { splitParameters } from "../recipients/own-values.ts";
import { leavingOut } from "../terms/list-counts.ts";
import { copyOf, requireGood, requireInTime } from "../terms/read-message.ts";
import type { EnqueueContext, Outcome, Target } from "./enqueue-terms.ts";

/**
 * Puts a send on its queue whose list travels in its job. Where somebody is left out, the others are staged.
 *
 * Its key is looked for before anything that speaks against a new send: one that comes again is answered as the first one
 * was, however late it comes and however full Redis is.
 */
export async function enqueueShort(
  context: EnqueueContext,
  send: Send,
  { duplicates, ...address }: Target,
): Promise<Outcome> {
  const { budget, now } = context;
  const ready = requireGood(readSend(send, now()));
  const data = copyOf(send);
  const print = printOf(fingerprint(data));
  const known = await findClaim(context, address);
  const { requested, accepted, duplicate, rejected, rejections } = ready.recipients;
  const counts = { requested, valid: accepted.length, duplicate, rejected };
  if (known) return { alreadyEnqueued: true, recipients: countsOf(known, { print, counts }) };
  const requireRoom = async (): Promise<void> => {
    requireInTime(ready, now());
    await budget.ensure(false);
  };
  await requireRoom();
  const { message, parameters, sendAt } = ready;
  const list = { ...address, size: accepted.length, pages: () => [{ recipients: accepted, parameters }] };
  const sends = duplicates && { message, defaults: parameters, lists: [list], sendAt, duplicates };
  return addGuarded(context, sends, async ([sentTo], state): Promise<AddedSend> => {
    const found = { ...address, times: ready, print, counts };
    if (sentTo?.kind !== "rest") return addSend(context, { ...found, data }, state);
    await requireRoom();
    const { to: _, parameters: __, ...rest } = { parameters: undefined, ...data };
    const left = { stage: sentTo.stage, counts: leavingOut(counts, sentTo.recipients) };
    const staged = { ...found, ...left, message: rest, rejections, common: splitParameters(parameters).common };
    return addStaged(context, staged, state);
  });
}
