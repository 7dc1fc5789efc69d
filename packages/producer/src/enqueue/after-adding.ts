import { liftPaceHold } from "../region/lift-pace-hold.ts";
import {
  type EnqueueWarning,
  warnOfExpiry,
  type WarnedSend,
  warnOfNoWorker,
  warnOfPast,
} from "../region/send-warnings.ts";
import type { SendToMany } from "../recipients/recipient-source.ts";
import type { Enqueued, EnqueueContext } from "./enqueue-terms.ts";

/** What follows when a send is on its queue. Nothing of it may fail the call any more. */
export async function afterAdding(
  context: EnqueueContext,
  send: SendToMany,
  { alreadyEnqueued, ...added }: Pick<WarnedSend, "id" | "region" | "recipients"> & Pick<Enqueued, "alreadyEnqueued">,
): Promise<EnqueueWarning[]> {
  const { served, now } = context;
  const unserved = await warnOfNoWorker(served, added.region);
  if (alreadyEnqueued) return unserved;
  if (send.priority === "urgent") await liftPaceHold(context, added.region);
  const times = { sendAt: send.send_at, expireAt: send.expire_at };
  const past = warnOfPast(times.sendAt, now());
  return [...unserved, ...past, ...(await warnOfExpiry(context, { ...added, ...times }, now()))];
}
