import { Counter, type Registry } from "prom-client";
import type { RedisClient } from "../redis/redis-client.ts";

/** Node's codes, and the first words of Redis' answers, by what they come to. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  not_reached: ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"],
  unknown_host: ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL"],
  timeout: ["ETIMEDOUT"],
  connection_lost: ["ECONNRESET", "EPIPE"],
  login_refused: ["WRONGPASS", "NOAUTH", "NOPERM"],
  loading: ["LOADING"],
  no_primary: ["MASTERDOWN", "CLUSTERDOWN", "READONLY"],
};

/** A certificate that is not taken, on whichever side. */
const CERTIFICATE = /CERT|ALTNAME|SSL|TLS/;

/**
 * Counts the errors of the connection to Redis by their kind, from zero. ioredis raises one for every try to connect, so that
 * the counter goes on for as long as an outage takes, of which the log tells once.
 */
export function countRedisErrors(registry: Registry, ...redis: readonly Pick<RedisClient, "on">[]): void {
  const errors = new Counter({
    name: "volley_redis_errors_total",
    help: "Errors of the connection to Redis, one for every try, by kind.",
    labelNames: ["kind"],
    registers: [registry],
  });
  for (const kind of [...Object.keys(KINDS), "wrong_certificate", "other"]) errors.inc({ kind }, 0);
  for (const each of redis) each.on("error", (error: unknown) => errors.inc({ kind: kindOf(error) }));
}

function kindOf(error: unknown): string {
  // A Cluster's own error only says that all nodes failed; the last node's says why.
  const cause: unknown = Object(error).lastNodeError ?? error;
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  const word = typeof code === "string" ? code : String(message).split(" ", 1).join("");
  const kind = Object.keys(KINDS).find((each) => KINDS[each]?.includes(word));
  return kind ?? (CERTIFICATE.test(word) ? "wrong_certificate" : "other");
}
