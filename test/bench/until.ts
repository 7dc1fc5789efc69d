import { setTimeout as pause } from "node:timers/promises";

/** How long to wait, and how often to look, in milliseconds. */
export type Patience = { readonly longestMs: number; readonly everyMs: number; readonly signal: AbortSignal };

/**
 * Waits until a look finds something.
 *
 * @returns what was found
 * @throws Error that names what was waited for, when it does not come in time
 */
export async function until<Found>(
  wanted: string,
  { longestMs, everyMs, signal }: Patience,
  look: () => Promise<Found | null> | Found | null,
): Promise<Found> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`waited ${longestMs} ms for ${wanted}`);
    await pause(everyMs, undefined, { signal });
  }
}
