import { setTimeout as pause } from "node:timers/promises";

/** What metrics are given to ask Redis, in milliseconds: less than Prometheus waits for all of them. */
export const PATIENCE_MS = 2_000;

/** @returns `null` where there is no answer in time, or an error instead of one */
export async function within<T>(ask: () => Promise<T>, patienceMs: number): Promise<T | null> {
  const timer = new AbortController();
  const late = pause(patienceMs, null, { signal: timer.signal }).catch(() => null);
  try {
    return await Promise.race([ask().catch(() => null), late]);
  } finally {
    timer.abort();
  }
}
