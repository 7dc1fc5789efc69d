import type { RecipientCounts, SendState } from "./result.ts";

/** The code of recipients about whom nobody knows, because the job that they were in failed. */
export const PART_FAILED = "part_failed";

/** The code of recipients who were not texted, because the job that they were in was removed before it was begun. */
export const PART_REMOVED = "part_removed";

/** The code of recipients who are known to nobody any more, because somebody has changed the job before they had a part. */
export const CONTENT_CHANGED = "content_changed";

/** When nobody was accepted, the state that people have to act on first names the whole. */
const GRAVEST_FIRST: readonly SendState[] = ["unknown", "rejected", "canceled", "expired"];

/** The state by which people have to act first, among those of which none is about somebody who was accepted. */
export function gravestState(states: ReadonlySet<SendState>): SendState {
  return GRAVEST_FIRST.find((state) => states.has(state)) ?? "unknown";
}

/** The state of a whole from those of its parts: `accepted` when all are, `partial` when some are, else the gravest. */
export function combinedState(states: ReadonlySet<SendState>): SendState {
  if ([...states].every((state) => state === "accepted")) return "accepted";
  if (states.has("accepted") || states.has("partial")) return "partial";
  return gravestState(states);
}

/**
 * The state of a whole send by its counts, too: who was left out changes no part's state, but a send of which nobody was
 * accepted because those who were left had opted out is no success.
 */
export function stateOfSend(state: SendState, { accepted, suppressed }: RecipientCounts): SendState {
  return state === "accepted" && accepted === 0 && suppressed > 0 ? "rejected" : state;
}

/** How many recipients of two lots ended how. */
export function addCounts(a: RecipientCounts, b: RecipientCounts): RecipientCounts {
  return {
    requested: a.requested + b.requested,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    duplicate: a.duplicate + b.duplicate,
    suppressed: a.suppressed + b.suppressed,
    expired: a.expired + b.expired,
    canceled: a.canceled + b.canceled,
    unknown: a.unknown + b.unknown,
  };
}
