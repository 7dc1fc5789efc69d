const MOST_TRIES = 200;

/** How long to wait for the next try. */
export const RETRY_MS = 250;

/** Does what a careful service does: it tries until Redis has said yes. */
export async function untilDone<T>(call: () => Promise<T>, pause: (ms: number) => Promise<void>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (tried >= MOST_TRIES) throw error;
      await pause(RETRY_MS);
    }
  }
}
