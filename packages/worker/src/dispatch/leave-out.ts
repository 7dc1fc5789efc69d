import { isForgotten, listDigest } from "@volley/contract";
import { UnreadableListError } from "@volley/opt-outs";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { Past } from "../job/note.ts";
import { putBackUnsent } from "../job/put-back.ts";
import type { Suppressed } from "../ledger/after-lot.ts";
import type { RegionContext } from "../region/region-context.ts";

/** How soon it is tried again to read the list, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Who of a lot has opted out, by the version of the suppression list that this process knows, or was forgotten. They are written down before
 * anything is sent to the others: whoever tries again asks about, and adopts, a batch without them.
 *
 * @returns `null` where nobody has, as nearly always
 */
export async function leaveOut(context: RegionContext, dispatch: LotDispatch): Promise<Suppressed | null> {
  const leftOut = suppressedOf(context, dispatch);
  return leftOut === null || (await isReply(context, dispatch)) ? null : leftOut;
}

function suppressedOf({ suppressions, region }: RegionContext, { send, lot, values }: LotDispatch): Suppressed | null {
  const { recipients } = lot;
  const places = suppressions.among(values, { region, sender: send.message.from });
  const gone = recipients.filter(isForgotten);
  if (places.length === 0 && gone.length === 0) return null;
  return { kind: "suppressed", recipients: new Set([...places.map((place) => recipients[place] ?? ""), ...gone]) };
}

/** Whether it is Volley's own reply to what somebody has just written, which passes the list. */
async function isReply({ permits }: RegionContext, { send, sendId, part, expireAt }: LotDispatch): Promise<boolean> {
  const [recipient, ...others] = send.recipients.accepted;
  if (recipient === undefined || others.length > 0 || part !== null) return false;
  return permits.passes({ recipient, sendId, digest: listDigest(send), expireAt });
}

/**
 * The same before the lot waits for its turn, where there is a pace: whoever has opted out does not use up the pace of others. Who has not any more, the
 * list says as it is now.
 */
export async function leaveOutBefore(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Past,
): Promise<Suppressed | null> {
  const { rate } = context.limits.current();
  if (rate === null || (await leaveOut(context, dispatch)) === null) return null;
  await readSuppressions(context, dispatch, past, null);
  return leaveOut(context, dispatch);
}

/**
 * Reads the suppression list up to the version that the fence has found, or that there is now (`null`). Where it cannot be read nobody knows who must not be
 * texted, and nothing is sent: the whole region waits.
 *
 * @throws when the job goes back to the queue
 */
export async function readSuppressions(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Past,
  version: string | null,
): Promise<void> {
  try {
    await context.suppressions.upTo(version);
  } catch (error) {
    if (!(error instanceof UnreadableListError)) throw error;
    await context.unreadable(error, AGAIN_MS);
    const until = new Date(context.now().getTime() + AGAIN_MS);
    await putBackUnsent(context, dispatch, { past, code: "suppressions_unread", until });
  }
}
