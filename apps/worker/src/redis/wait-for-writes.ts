import { setTimeout as pause } from "node:timers/promises";
import type { Logger, RedisClient } from "@volley/runtime";
import { writeRefusalOf } from "@volley/worker";

/** How long between two tries, in milliseconds. */
const INTERVAL_MS = 1_000;

/** How long what was written stays, in milliseconds. */
const KEPT_MS = 10_000;

/**
 * Waits while Redis refuses writes: a worker that ended instead would be started again and again, later each time.
 *
 * @param key - what is written, for a moment
 * @param signal - ends the wait
 * @throws when Redis refuses it for a reason that does not pass
 */
export async function waitForWrites(
  redis: RedisClient,
  key: string,
  { log, signal }: { readonly log: Pick<Logger, "error" | "info">; readonly signal: AbortSignal },
): Promise<void> {
  let isSaid = false;
  while (!signal.aborted) {
    const code = await refusalOf(redis.set(key, "", "PX", KEPT_MS));
    if (code === null) {
      if (isSaid) log.info({}, "Redis takes writes");
      return;
    }
    if (!isSaid) log.error({ code }, "Redis refuses writes: the worker starts when it takes them");
    isSaid = true;
    await pause(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

async function refusalOf(write: Promise<unknown>): Promise<string | null> {
  try {
    await write;
    return null;
  } catch (error) {
    const code = writeRefusalOf(error);
    if (code === null) throw error;
    return code;
  }
}
