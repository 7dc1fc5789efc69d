import { setTimeout as pause } from "node:timers/promises";

/** How often a condition is looked at, in milliseconds. */
const LOOK_INTERVAL_MS = 25;

/** How long a condition may take unless told otherwise, in milliseconds, on a machine that is busy with something else. */
const LONGEST_MS = 30_000;

/**
 * Waits for a condition instead of sleeping and hoping.
 *
 * @param look - returns what is waited for, or `null` and `undefined` and `false` while it is not there
 * @param wanted - in words, for the error
 * @param longestMs - for what consists of many steps, such as a send after the death of its worker; less than a test may take
 */
export async function eventually<T>(
  look: () => Promise<T> | T,
  wanted: string,
  longestMs = LONGEST_MS,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) {
      return found as Exclude<T, null | undefined | false>;
    }
    if (Date.now() > deadline) throw new Error(`waited ${longestMs} ms for ${wanted}`);
    await pause(LOOK_INTERVAL_MS);
  }
}
