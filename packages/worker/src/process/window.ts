import { LIMITS } from "@volley/contract";

/** Whether a send may be handed to the provider now. */
export type Window =
  { readonly kind: "early"; readonly opensAt: Date } | { readonly kind: "open" } | { readonly kind: "expired" };

/** What a window depends on. */
export type WindowInput = {
  readonly sendAt: Date | null;
  readonly expireAt: Date;
  readonly leadMs: number;
  readonly now: Date;
};

/**
 * When a send expires: as the caller said, or by the provider's default three days after `send_at`, counted from the
 * enqueueing when there is none. A send that waited in the queue does not live longer for it.
 */
export function expiryOf(
  send: { readonly sendAt: Date | null; readonly expireAt: Date | null },
  enqueuedAt: Date,
): Date {
  return send.expireAt ?? new Date((send.sendAt ?? enqueuedAt).getTime() + LIMITS.expiryMs);
}

/** Late means not sent: at `expireAt` itself the window is closed. It opens `leadMs` before `sendAt`. */
export function windowOf({ sendAt, expireAt, leadMs, now }: WindowInput): Window {
  if (now >= expireAt) return { kind: "expired" };
  const opensAt = new Date((sendAt?.getTime() ?? 0) - leadMs);
  return now < opensAt ? { kind: "early", opensAt } : { kind: "open" };
}
