const NOTHING = (): void => {};

/**
 * Waits for something, but no longer than until it is interrupted: what nobody waits for may go on for a while, and how it
 * ends is no longer of interest. What is there already is returned, or thrown, all the same.
 *
 * @throws the signal's reason
 */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stopListening = NOTHING;
  const interrupted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason);
    stopListening = () => signal.removeEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    stopListening();
  }
}

/** Whether something was thrown because of the interruption, and not for a reason of its own. */
export function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason;
}
