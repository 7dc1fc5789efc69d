import type { RedisClient } from "./redis-client.ts";
import { withDeadline } from "../terms/deadline.ts";

const DEFAULT_CLOSE_TIMEOUT_MS = 2_000;

/**
 * Lets the commands in flight finish, then closes. Never throws and never takes longer than the deadline: at that
 * point of a stop there is nobody left who could do anything about it.
 *
 * @param timeoutMs - in milliseconds, default 2,000
 */
export async function closeRedis(client: RedisClient, timeoutMs: number = DEFAULT_CLOSE_TIMEOUT_MS): Promise<void> {
  try {
    // QUIT on a connection that is not up would wait in the queue until it is.
    if (client.status === "ready")
      await withDeadline(client.quit(), timeoutMs, () => new Error("redis did not answer"));
  } catch {
    // It is closed below in any case.
  } finally {
    client.disconnect();
  }
}
