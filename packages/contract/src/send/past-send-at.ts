import { LIMITS } from "../values/send-limits.ts";
import type { Problem } from "../problems/problem.ts";

/**
 * What is wrong with a `send_at` that lies too far in the past: a mistyped date would text everybody at once, or lose the
 * send when it expires. It is judged by when the send was enqueued: one that has waited through an outage is not mistyped.
 *
 * @param sendAt - as the send says; `null` means at once
 * @param enqueuedAt - when somebody asked for the send
 * @returns `null` when nothing is wrong. The time is shown: it is nobody's secret
 */
export function pastSendAt(sendAt: Date | null, enqueuedAt: Date): Problem | null {
  if (sendAt === null || enqueuedAt.getTime() - sendAt.getTime() <= LIMITS.sendAtPastMs) return null;
  const got = sendAt.toISOString();
  return { field: "send_at", message: `expected a time at most an hour before the send is enqueued, got ${got}` };
}
