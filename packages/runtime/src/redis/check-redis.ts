import type { RedisClient } from "./redis-client.ts";
import { isError } from "../terms/is-error.ts";
import { withDeadline } from "../terms/deadline.ts";
import type { Verdict } from "../terms/verdict.ts";

/** How long Redis may take to answer a `PING` before it counts as away, in milliseconds. */
export const REDIS_CHECK_TIMEOUT_MS = 1_000;

/** How Redis is checked. */
export type RedisCheck = {
  /** A key that is written for a moment: whoever lives on writing wants to know that Redis takes it. @default nothing is */
  readonly writesTo?: string;
  /** In milliseconds. @default 1000 */
  readonly timeoutMs?: number;
};

/** How long what was written stays, in milliseconds. */
const KEPT_MS = 10_000;

/** Whether Redis answers, and takes writes where they are asked for, for `/readyz`. */
export async function checkRedis(client: RedisClient, check: RedisCheck = {}): Promise<Verdict> {
  const { writesTo, timeoutMs = REDIS_CHECK_TIMEOUT_MS } = check;
  // Without this look a worker's command would wait in the queue for Redis to come back.
  if (client.status !== "ready") return { ok: false, reason: "redis is not connected" };
  const asked = writesTo === undefined ? client.ping() : client.set(writesTo, "", "PX", KEPT_MS);
  try {
    await withDeadline(asked, timeoutMs, () => new Error("redis did not answer"));
    return { ok: true };
  } catch (error) {
    const refusal = isError(error) && error.name === "ReplyError" ? /^[A-Z]+/.exec(error.message)?.[0] : undefined;
    if (refusal !== undefined)
      return { ok: false, reason: `redis refuses ${writesTo ? "writes" : "a PING"} (${refusal})` };
    return { ok: false, reason: `redis did not answer within ${timeoutMs} ms` };
  }
}
