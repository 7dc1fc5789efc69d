import { LIMITS, type ReadySend, type ReadyStagedSend } from "@volley/contract";
import type { RegionContext } from "../region/region-context.ts";
import { enqueuedAt, type HeldJob } from "../terms/held-job.ts";

/** Whether a send may be handed to the provider now. */
export type Window =
  { readonly kind: "early"; readonly opensAt: Date } | { readonly kind: "open" } | { readonly kind: "expired" };

/**
 * When a send expires: as the caller said, or by the provider's default three days after `send_at`, counted from the
 * enqueueing when there is none. A send that waited in the queue does not live longer for it.
 */
export function expiryOf(send: { readonly sendAt: Date | null; readonly expireAt: Date | null }, enqueued: Date): Date {
  return send.expireAt ?? new Date((send.sendAt ?? enqueued).getTime() + LIMITS.expiryMs);
}

type Times = { readonly sendAt: Date | null; readonly expireAt: Date };

/** Late means not sent: at `expireAt` itself the window is closed. It opens `leadMs` before `sendAt`. */
export function windowOf(
  { sendAt, expireAt }: Times,
  { leadMs, now }: { readonly leadMs: number; readonly now: Date },
): Window {
  if (now >= expireAt) return { kind: "expired" };
  const opensAt = new Date((sendAt?.getTime() ?? 0) - leadMs);
  return now < opensAt ? { kind: "early", opensAt } : { kind: "open" };
}

/** A send and its times, as they are now. */
export type TimedSend = {
  readonly send: ReadySend | ReadyStagedSend;
  readonly expireAt: Date;
  readonly window: Window;
};

/** The times of a send that was picked up. */
export function timedSend(context: RegionContext, held: HeldJob, send: TimedSend["send"]): TimedSend {
  const { leadMs } = context;
  const now = context.now();
  const expireAt = expiryOf(send, enqueuedAt(held, now));
  return { send, expireAt, window: windowOf({ sendAt: send.sendAt, expireAt }, { leadMs, now }) };
}
