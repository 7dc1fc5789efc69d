import type { Logger } from "@volley/runtime";

/** Often enough for people who look which keys are used, in milliseconds. */
const STEP_MS = 60_000;

/** @returns notes that a key is used, at most once a minute for each of them; nobody waits for it */
export function createUseNotes(note: (id: string) => Promise<void>, log: Pick<Logger, "warn">): (id: string) => void {
  const notedAt = new Map<string, number>();
  return (id) => {
    const now = performance.now();
    if (now - (notedAt.get(id) ?? -Infinity) < STEP_MS) return;
    notedAt.set(id, now);
    note(id).catch((error: unknown) => log.warn({ err: error, keyId: id }, "the use of a key could not be noted"));
  };
}
