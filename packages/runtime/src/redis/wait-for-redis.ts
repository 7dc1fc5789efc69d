import type { RedisClient } from "./redis-client.ts";
import { withDeadline } from "../terms/deadline.ts";
import { deferred } from "../terms/deferred.ts";
import { SettingsError } from "../settings/settings-error.ts";

/**
 * Waits until the connection is made, for a process that cannot begin without it.
 *
 * @param redis - where it is, from `describeRedis`, for the message
 * @param timeoutMs - how long, in milliseconds
 * @throws SettingsError when Redis is not there in time, with what the last try met
 */
export async function waitForRedis(client: RedisClient, redis: string, timeoutMs: number): Promise<void> {
  if (client.status === "ready") return;
  let met = "no answer";
  const remember = (error: Error): void => {
    met = error.message || met;
  };
  client.on("error", remember);
  const ready = deferred<void>();
  client.once("ready", ready.resolve);
  try {
    await withDeadline(ready.promise, timeoutMs, () => {
      const problem = `REDIS_URL: expected a Redis that answers at ${redis} within ${timeoutMs} ms, got ${met}`;
      return new SettingsError([problem], { code: "VOLLEY_REDIS_UNAVAILABLE" });
    });
  } finally {
    client.off("ready", ready.resolve);
    client.off("error", remember);
  }
}
