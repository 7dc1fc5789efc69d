import { setTimeout as delay } from "node:timers/promises";

/**
 * The work's value, or an error with this sentence when it takes longer. The work itself cannot be canceled and goes on;
 * whatever it comes to then is ignored.
 */
export async function withDeadline<Value>(work: Promise<Value>, deadlineMs: number, sentence: string): Promise<Value> {
  const settled = new AbortController();
  work.catch(() => {});
  try {
    return await Promise.race([work, tooLate(deadlineMs, sentence, settled.signal)]);
  } finally {
    settled.abort();
  }
}

async function tooLate(deadlineMs: number, sentence: string, settled: AbortSignal): Promise<never> {
  // Aborted means the race is over, so this rejection reaches nobody.
  await delay(deadlineMs, undefined, { signal: settled });
  throw new Error(sentence);
}
