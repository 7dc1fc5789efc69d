import { readTime } from "@volley/contract";
import { handOverFrom } from "./hand-over-from.ts";
import { estimateEnd } from "./read-backlog.ts";
import type { QueueAccess } from "./queue-access.ts";

/** What somebody should know about a send that is on its queue all the same. */
export type EnqueueWarning = {
  readonly code: "VOLLEY_ENDS_AFTER_EXPIRY";
  readonly message: string;
  /** When the send would be done. */
  readonly eta: string;
};

/** A send that was enqueued. */
export type WarnedSend = {
  readonly id: string;
  readonly region: string;
  readonly recipients: number;
  readonly sendAt: string | undefined;
  readonly expireAt: string | undefined;
};

/**
 * What somebody should know about a send right after it was enqueued: that its region, at its limits and with what is
 * queued there, will not be done with it when it expires. Whoever is left then is not texted.
 *
 * A send that says nothing about its expiry has three days, and is not looked at. No trouble here is an error: the send
 * is on its queue.
 */
export async function warningsFor(
  access: QueueAccess,
  send: WarnedSend,
  { leadMs, now }: { readonly leadMs: number; readonly now: Date },
): Promise<EnqueueWarning[]> {
  const expireAt = send.expireAt === undefined ? null : readTime(send.expireAt);
  if (expireAt === null) return [];
  const from = handOverFrom(send.sendAt === undefined ? null : readTime(send.sendAt), leadMs, now);
  const { id, region, recipients: left } = send;
  const end = await access.link.run(async () => estimateEnd(access, { id, region, left, from })).catch(() => null);
  if (end === null || end <= expireAt) return [];
  const eta = end.toISOString();
  const message =
    `at the limits of ${region} it is done at about ${eta}, after its expire_at ${expireAt.toISOString()}: ` +
    "whoever is left then is not texted";
  return [{ code: "VOLLEY_ENDS_AFTER_EXPIRY", message, eta }];
}
