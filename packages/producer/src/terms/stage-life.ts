import { LIMITS } from "@volley/contract";
import type { Times } from "./read-message.ts";

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
