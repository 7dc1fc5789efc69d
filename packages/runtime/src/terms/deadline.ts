/**
 * Waits for a promise, but not for ever. The promise itself goes on; only the waiting ends.
 *
 * @param timeoutMs - how long, in milliseconds
 * @param onTimeout - makes the error that it rejects with when the time is over
 */
export async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, onTimeout: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(onTimeout()), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
