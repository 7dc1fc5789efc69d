import { setTimeout as pause } from "node:timers/promises";
import type { Producer, SendStatus } from "@volley/producer";
import type { ProgressBar } from "./progress-bar.ts";

/** A send that is followed to its end. */
export type Followed = { readonly id: string; readonly recipients: number };

/** How often Redis is asked, in milliseconds. */
const ASK_INTERVAL_MS = 200;

/**
 * Follows sends until all of them have ended, and moves the bar by recipients.
 *
 * @returns their last status, in the order given; `null` for one that is gone
 * @throws the signal's reason when it aborts; the sends go on
 */
export async function followSends(
  producer: Pick<Producer, "status">,
  sends: readonly Followed[],
  bar: Pick<ProgressBar, "update">,
  signal: AbortSignal,
): Promise<(SendStatus | null)[]> {
  for (;;) {
    signal.throwIfAborted();
    const statuses = await Promise.all(sends.map(async ({ id }) => producer.status(id)));
    bar.update(
      sends.reduce((done, send, index) => done + Math.floor(send.recipients * shareOf(statuses[index] ?? null)), 0),
    );
    if (statuses.every(hasEnded)) return statuses;
    // Its own error would hide the reason, which the next round throws.
    await pause(ASK_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

function hasEnded(status: SendStatus | null): boolean {
  return status === null || status.state === "settled" || status.state === "failed";
}

function shareOf(status: SendStatus | null): number {
  if (hasEnded(status)) return 1;
  return status?.parts ? status.parts.done / status.parts.total : 0;
}
