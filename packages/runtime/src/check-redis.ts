import type { RedisClient } from "./redis-client.ts";
import { withDeadline } from "./deadline.ts";
import type { Verdict } from "./verdict.ts";

/** How long Redis may take to answer a `PING` before it counts as away, in milliseconds. */
export const REDIS_CHECK_TIMEOUT_MS = 1_000;

/**
 * Whether Redis answers, for `/readyz`.
 *
 * @param timeoutMs - in milliseconds, default 1,000
 */
export async function checkRedis(client: RedisClient, timeoutMs: number = REDIS_CHECK_TIMEOUT_MS): Promise<Verdict> {
  // Without this look a worker's PING would wait in the queue for Redis to come back.
  if (client.status !== "ready") return { ok: false, reason: "redis is not connected" };
  try {
    await withDeadline(client.ping(), timeoutMs, () => new Error("redis did not answer"));
    return { ok: true };
  } catch {
    return { ok: false, reason: `redis did not answer a PING within ${timeoutMs} ms` };
  }
}
