import { setTimeout as pause } from "node:timers/promises";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { Past } from "../job/note.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { costOfSend, totalCost } from "../ledger/message-cost.ts";
import type { RegionContext } from "../region/region-context.ts";

/** The turn of a lot. */
export type Turn = {
  /** Says right before the request whether the lot may still go: not when too many turns are taken late and together. */
  readonly isKept: () => Promise<boolean>;
};

/** A part waits in its slot for so long; for longer it leaves the slot to others. */
const LONGEST_PART_WAIT_MS = 250;

/**
 * A send that goes before parts finds ahead of it what one of them has reserved: up to a second of the rate, and the wait for
 * that. With less it leaves again and again, and whichever part comes first when there is room goes before it.
 */
const LONGEST_WAIT_MS = 950;

/** An urgent job that left its slot would come back behind all the others, so it rather stays. */
const LONGEST_URGENT_WAIT_MS = 1_000;

/** After this long a job that has left asks again: the limits may be others by then. */
const LONGEST_LEAVE_MS = 2_000;

/** How soon a job comes back that leaves its slot to another one, or whose region is paused. */
const SOON_MS = 1;

const NOW: Turn = { isKept: async () => true };

/**
 * Waits until the region's pace allows a lot. What was reserved and is not used, is lost.
 *
 * @throws when the job goes back to the queue: its wait is long, another one goes first, or the region is paused
 */
export async function awaitTurn(context: RegionContext, dispatch: LotDispatch, past: Past): Promise<Turn> {
  const { limits, pacer, queue, observer, region } = context;
  const { send, lot, job, isFirst } = dispatch;
  const { rate, rateUnit } = limits.current();
  if (rate === null) {
    if (!isFirst && (await queue.isPaused())) return leave(context, dispatch, past, "paused", SOON_MS);
    return NOW;
  }
  const isPart = job.priority > 0;
  const isUrgent = send.message.priority === "urgent";
  const cost = totalCost(lot.recipients, costOfSend(send, rateUnit));
  const reservation = await pacer.reserve({
    cost,
    isUrgent,
    maxWaitMs: isUrgent ? LONGEST_URGENT_WAIT_MS : isPart ? LONGEST_PART_WAIT_MS : LONGEST_WAIT_MS,
    yields: isPart && !isFirst && !isUrgent,
  });
  switch (reservation.kind) {
    case "paused":
      return leave(context, dispatch, past, "paused", SOON_MS);
    case "yield":
      return leave(context, dispatch, past, "pace", SOON_MS);
    case "later":
      return leave(context, dispatch, past, "pace", Math.min(LONGEST_LEAVE_MS, reservation.waitMs));
    case "reserved": {
      const { waitMs } = reservation;
      observer.paced({ region, waitMs });
      if (waitMs > 0) await pause(waitMs);
      return { isKept: async () => pacer.count({ cost, isUrgent }) };
    }
  }
}

async function leave(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Past,
  code: "pace" | "paused",
  waitMs: number,
): Promise<never> {
  return putBackUnsent(context, dispatch, { past, code, until: new Date(context.now().getTime() + waitMs) });
}
