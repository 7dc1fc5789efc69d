import { LIMITS } from "@volley/contract";
import type { Times } from "./read-message.ts";

/** Knows how long before its `send_at` the workers of a region take a send. */
export type Leads = {
  /**
   * What the workers say, and before they have said anything what the producer was given, in milliseconds. It is read on the
   * connection as it is: within a call that has a deadline.
   */
  readonly leadMs: (region: string, sendAt: Date | null) => Promise<number>;
};

/** When the first of a send may be handed to the provider: a lead time before `send_at`. */
export function handOverFrom(sendAt: Date | null, leadMs: number, now: Date): Date {
  return new Date(Math.max(now.getTime(), (sendAt?.getTime() ?? 0) - leadMs));
}

/** How long a send is held before a worker has it, in milliseconds. */
export function delayOf({ sendAt }: Pick<Times, "sendAt">, leadMs: number, now: Date): number {
  return handOverFrom(sendAt, leadMs, now).getTime() - now.getTime();
}

/**
 * How long a stage is kept after its send has ended: a worker that was away for days has to tell whom it has not
 * reached. When the send is settled, the worker removes its stage at once.
 */
const MARGIN_MS = 7 * 24 * 60 * 60 * 1_000;

/** How long the stage of a send lives from now on, in milliseconds. Without an expiry the send has the provider's. */
export function stageLife({ sendAt, expireAt }: Times, now: Date): number {
  const nowMs = now.getTime();
  const endsAtMs = expireAt?.getTime() ?? Math.max(nowMs, sendAt?.getTime() ?? 0) + LIMITS.expiryMs;
  return Math.max(0, endsAtMs - nowMs) + MARGIN_MS;
}
