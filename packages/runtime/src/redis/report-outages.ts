import type { Logger } from "pino";

import { errorCode, isError } from "../terms/is-error.ts";
import type { RedisClient } from "./redis-client.ts";

/** Where the client is connected to, without credentials, and who hears of it. */
export type OutageReport = { redis: string; log: Pick<Logger, "info" | "error"> | undefined };

/**
 * Says once that Redis went away, and once that it is back. ioredis raises an error for every try, several a second:
 * without this an outage of an hour would be thousands of lines, and without any listener the process would end.
 *
 * Only the code and the message of an error are logged: a refused `AUTH` carries the password among its properties.
 */
export function reportOutages(client: RedisClient, { redis, log }: OutageReport): void {
  let isAway = false;
  client.on("error", (error: unknown) => {
    if (isAway) return;
    // An error on a connection that works is no outage, and no "ready" would follow it.
    isAway = client.status !== "ready";
    log?.error({ redis, ...describeError(error) }, "redis has a problem; trying until it works");
  });
  client.on("ready", () => {
    if (!isAway) return;
    isAway = false;
    log?.info({ redis }, "redis is back");
  });
}

function describeError(error: unknown): { code: string | undefined; reason: string } {
  // A Cluster's own error only says that all nodes failed; the last node's says why.
  const cause: unknown = isError(error) && "lastNodeError" in error ? error.lastNodeError : error;
  if (!isError(cause)) return { code: undefined, reason: "unknown" };
  const code = errorCode(cause);
  // Node leaves the message empty when it tried several addresses of one name (AggregateError).
  return { code, reason: cause.message || (code ?? cause.name) };
}
