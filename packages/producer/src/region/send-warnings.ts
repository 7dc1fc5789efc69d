import { pastSendAt, readTime } from "@volley/contract";
import { handOverFrom, type Leads } from "../terms/hand-over.ts";
import { estimateEnd } from "./estimate-end.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { ServedRegions } from "./served-regions.ts";

/** What somebody should know about a send that is on its queue all the same. */
export type EnqueueWarning = LateWarning | NoWorkerWarning | PastWarning;

/** At its region's limits the send will not be done when it expires. */
export type LateWarning = {
  readonly code: "VOLLEY_ENDS_AFTER_EXPIRY";
  readonly message: string;
  /** When the send would be done. */
  readonly eta: string;
};

/** No worker has ever worked on the region: its name may be mistyped, and nothing of the send leaves before one does. */
export type NoWorkerWarning = { readonly code: "VOLLEY_NO_WORKER"; readonly message: string };

/** Its `send_at` has passed, so that it goes out at once. */
export type PastWarning = { readonly code: "VOLLEY_SEND_AT_PASSED"; readonly message: string };

/** A `send_at` of "now" is a little past when it gets here. */
const JUST_NOW_MS = 10_000;

/** Says that a `send_at` has passed, where that is not too long ago to be taken at all. */
export function warnOfPast(text: unknown, now: Date): PastWarning[] {
  const sendAt = typeof text === "string" ? readTime(text) : null;
  if (sendAt === null || pastSendAt(sendAt, now) !== null) return [];
  if (now.getTime() - sendAt.getTime() <= JUST_NOW_MS) return [];
  const message = `its send_at ${sendAt.toISOString()} has passed: it goes out at once`;
  return [{ code: "VOLLEY_SEND_AT_PASSED", message }];
}

/** A send that was enqueued. */
export type WarnedSend = {
  readonly id: string;
  readonly region: string;
  readonly recipients: number;
  readonly sendAt: string | undefined;
  readonly expireAt: string | undefined;
};

/**
 * Says so where no worker has ever worked on a region. No trouble here is an error: the send is on its queue.
 */
export async function warnOfNoWorker(served: ServedRegions, region: string): Promise<NoWorkerWarning[]> {
  return (await served.has(region).catch(() => true)) ? [] : [noWorker(region)];
}

/** @param region - on which no worker has ever worked */
export function noWorker(region: string): NoWorkerWarning {
  const message =
    `no worker has ever worked on the region ${region} with this prefix: ` +
    "the send waits until one does, and expires if none comes";
  return { code: "VOLLEY_NO_WORKER", message };
}

/**
 * Says so where the region of a send that was just enqueued, at its limits and with what is queued there, will not be done
 * with it when it expires. Whoever is left then is not texted.
 *
 * A send that says nothing about its expiry has three days, and is not looked at. No trouble here is an error: the send
 * is on its queue.
 */
export async function warnOfExpiry(
  access: QueueAccess & { readonly served: Leads },
  send: WarnedSend,
  now: Date,
): Promise<LateWarning[]> {
  const expireAt = send.expireAt === undefined ? null : readTime(send.expireAt);
  if (expireAt === null) return [];
  const sendAt = send.sendAt === undefined ? null : readTime(send.sendAt);
  const { id, region, recipients: left } = send;
  const estimate = async (): Promise<Date | null> => {
    const from = handOverFrom(sendAt, await access.served.leadMs(region, sendAt), now);
    return estimateEnd(access, { id, region, left, from });
  };
  const end = await access.link.run(estimate).catch(() => null);
  if (end === null || end <= expireAt) return [];
  const eta = end.toISOString();
  const message =
    `at the limits of ${region} it is done at about ${eta}, after its expire_at ${expireAt.toISOString()}: ` +
    "whoever is left then is not texted";
  return [{ code: "VOLLEY_ENDS_AFTER_EXPIRY", message, eta }];
}
