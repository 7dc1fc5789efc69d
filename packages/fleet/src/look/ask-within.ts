import { setTimeout as pause } from "node:timers/promises";

/** Asks a question by its name. @returns `null` where there is no answer in time, or an error instead of one */
export type Ask = <T>(name: string, ask: () => Promise<T>) => Promise<T | null>;

/**
 * Asks each question once at a time: one that is not answered in time is not asked again before it is, so that a Redis that
 * stands still has no more waiting for it than there are questions.
 *
 * @param patienceMs - how long an answer may take, in milliseconds. @default 2000
 */
export function askWithin(patienceMs = 2_000): Ask {
  const pending = new Map<string, Promise<unknown>>();
  return async <T>(name: string, ask: () => Promise<T>): Promise<T | null> => {
    const answer =
      pending.get(name) ??
      ask()
        .catch(() => null)
        .finally(() => pending.delete(name));
    pending.set(name, answer);
    const timer = new AbortController();
    const late = pause(patienceMs, null, { signal: timer.signal }).catch(() => null);
    try {
      // A name is always asked the same.
      return (await Promise.race([answer, late])) as T | null;
    } finally {
      timer.abort();
    }
  };
}
