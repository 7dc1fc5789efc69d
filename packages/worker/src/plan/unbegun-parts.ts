import type { RegionContext } from "../region/region-context.ts";

/**
 * A bit for each part of a send: 1 until the first request of the part may be made. An operator may take parts off the queue
 * (`queue.drain()`), and with them all that their jobs know: by this their send still tells which of them were certainly
 * never sent. Where it is gone, nobody knows it of any.
 */
export function unbegunKey({ queue }: Pick<RegionContext, "queue">, id: string): string {
  return `${queue.toKey(id)}:unbegun`;
}

/** It goes with the end of its send. One of a send that was removed meanwhile stays for so long, in milliseconds. */
export const UNBEGUN_MS = 30 * 24 * 60 * 60 * 1_000;
