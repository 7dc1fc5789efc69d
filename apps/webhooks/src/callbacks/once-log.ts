import type { Logger } from "@volley/runtime";

/** How long a line is not said again, in milliseconds. */
const QUIET_MS = 60_000;

/** Says the same thing once a minute, however often it happens: anybody can send what is refused. */
export function createOnceLog(log: Pick<Logger, "warn">): {
  /** @param about - what makes it the same; from a small set */
  readonly warn: (about: string, fields: object, message: string) => void;
} {
  const saidAt = new Map<string, number>();
  return {
    warn: (about, fields, message) => {
      const now = performance.now();
      if (now - (saidAt.get(about) ?? -QUIET_MS) < QUIET_MS) return;
      saidAt.set(about, now);
      log.warn(fields, message);
    },
  };
}
