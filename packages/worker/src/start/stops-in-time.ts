import { setTimeout as sleep } from "node:timers/promises";
import { keepLooking } from "../terms/keep-looking.ts";
import type { RegionContext } from "../region/region-context.ts";

/** How often Redis is asked, and looked whether the worker has stopped, in milliseconds. */
const LOOK_INTERVAL_MS = 100;

/**
 * Waits until a worker has stopped, as long as Redis answers. Where it is away, what the worker has in hand cannot be written
 * down; once that has lasted for as long as the locks of its jobs, they are nobody's any more, and nobody needs to wait.
 *
 * @param stopped - settles when the worker has stopped
 * @returns whether it has
 */
export async function stopsInTime(
  { redis, queue, lockMs }: Pick<RegionContext, "redis" | "queue" | "lockMs">,
  stopped: Promise<void>,
): Promise<boolean> {
  let silentMs = 0;
  const ask = async (): Promise<void> => {
    await redis.exists(queue.toKey("meta"));
    silentMs = 0;
  };
  const end = keepLooking(ask, LOOK_INTERVAL_MS, () => {});
  const isStopped = stopped.then(() => true);
  try {
    // Counted and not read from a clock: a process that was frozen has asked nobody meanwhile.
    for (; silentMs < lockMs; silentMs += LOOK_INTERVAL_MS) {
      if (await Promise.race([isStopped, sleep(LOOK_INTERVAL_MS, false)])) return true;
    }
    return false;
  } finally {
    end();
  }
}
