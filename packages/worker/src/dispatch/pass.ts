import type { LotDispatch } from "../ask/lot-dispatch.ts";
import { writeWithinMs } from "../job/job-lock.ts";
import type { Past } from "../job/note.ts";
import type { LotEnding } from "../ledger/after-lot.ts";
import { CANCELED, EXPIRED, GONE } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { Turn } from "./await-turn.ts";
import { fence } from "./fence.ts";
import { leaveOut, leaveOutBefore, readSuppressions } from "./leave-out.ts";
import type { Reach } from "./reach.ts";

/** How a lot ends before it waits for its turn; `null` where it may go. */
export async function endingBefore(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Past,
): Promise<LotEnding | null> {
  const { isCanceled } = context.cancellations;
  if (context.now() >= dispatch.expireAt) return EXPIRED;
  if (dispatch.isGone) return (await isCanceled(dispatch)) ? CANCELED : GONE;
  const leftOut = await leaveOutBefore(context, dispatch, past);
  if (leftOut) return leftOut;
  // What is canceled shall not use up the pace of others.
  return context.limits.current().rate !== null && (await isCanceled(dispatch)) ? CANCELED : null;
}

/**
 * Takes a lot through the fence: right before its request it is known that the job is this worker's, that the send is not
 * canceled, and that nobody of it has opted out.
 *
 * @returns until when the request may be written, how the lot ends without one, or `null` where its turn was lost
 */
export async function pass(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Past,
  { turn, reach }: { readonly turn: Turn; readonly reach: Reach },
): Promise<Date | LotEnding | null> {
  const { expireAt } = dispatch;
  const windowMs = writeWithinMs(context.client.timeoutMs);
  const notAfter = new Date(Math.min(context.now().getTime() + windowMs, expireAt.getTime()));
  const [{ isCanceled, suppressions }, isKept] = await Promise.all([
    fence(context, dispatch, reach.handedOver).catch(async (error: unknown) => {
      // A user of Redis who may not read the list's version may not take this step at all.
      if (isForbidden(error)) await readSuppressions(context, dispatch, past, null);
      throw error;
    }),
    turn.isKept(),
  ]);
  if (isCanceled) return CANCELED;
  await readSuppressions(context, dispatch, past, suppressions);
  const leftOut = await leaveOut(context, dispatch);
  if (leftOut) return leftOut;
  if (context.now() >= expireAt) return EXPIRED;
  // A long list takes longer to read than a request may be late.
  return isKept && context.now() < notAfter ? notAfter : null;
}

/** Whether Redis' ACL refuses a call: nothing of it was done. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOPERM");
}
