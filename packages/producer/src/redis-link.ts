import { Cluster, Redis, type RedisOptions } from "ioredis";
import { ProducerError } from "./producer-error.ts";

/** Where Redis is: a URL, ioredis options, or a connection that the caller owns. */
export type RedisTarget = string | ConnectionOptions | Redis | Cluster;

/** BullMQ relies on the reply mapping that ioredis 6 has by default, so it is not the caller's to set. */
type ConnectionOptions = Omit<RedisOptions, "replyMapping">;

/** A connection on which every call ends in time. */
export type RedisLink = {
  readonly connection: Redis | Cluster;
  /**
   * Runs a call once the connection is there.
   *
   * @throws ProducerError `VOLLEY_REDIS_UNAVAILABLE` when it has not ended by the deadline
   */
  readonly run: <T>(call: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

const NOTHING = (): void => {};

/** The longest pause between two attempts to reconnect. */
const LONGEST_RECONNECT_MS = 2_000;

/**
 * Connects for a process that must not hang: a service that cannot enqueue wants to know now, not when Redis is back.
 *
 * @param target - a given connection is used as it is and not closed
 * @param timeoutMs - for connecting and calling together
 */
export function createRedisLink(target: RedisTarget, timeoutMs: number): RedisLink {
  const isOwn = !(target instanceof Redis) && !(target instanceof Cluster);
  const connection = isOwn ? connect(target, timeoutMs) : target;
  let isClosed = false;
  const waiting = new Set<() => void>();
  const onReady = (): void => {
    for (const go of waiting) go();
  };
  connection.on("ready", onReady);
  return {
    connection,
    run: async (call) => {
      if (isClosed) throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the producer is closed");
      const deadline = deadlineIn(timeoutMs);
      let go = NOTHING;
      const ready = isReady(connection)
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            go = resolve;
            waiting.add(go);
          });
      try {
        return await Promise.race([ready.then(call), deadline.passed]);
      } catch (error) {
        throw isConnectionError(error) ? unavailable(error) : error;
      } finally {
        deadline.clear();
        // A call that was given up must neither be kept through a long outage nor run when Redis is back.
        waiting.delete(go);
      }
    },
    close: async () => {
      isClosed = true;
      connection.off("ready", onReady);
      if (isOwn) connection.disconnect();
    },
  };
}

function connect(target: string | ConnectionOptions, timeoutMs: number): Redis {
  const options = {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: timeoutMs,
    retryStrategy: (attempt: number): number => Math.min(LONGEST_RECONNECT_MS, 50 * 2 ** Math.min(attempt, 10)),
  };
  const redis = typeof target === "string" ? new Redis(target, options) : new Redis({ ...target, ...options });
  // Without a listener ioredis prints every failed attempt; each call reports its own failure instead.
  redis.on("error", () => {});
  return redis;
}

/** Whether a call can be made at once; a connection that nobody has opened yet is opened. */
function isReady(connection: Redis | Cluster): boolean {
  if (connection.status === "end") throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the connection is closed");
  if (connection.status === "wait") connection.connect().catch(() => {});
  return connection.status === "ready";
}

function deadlineIn(timeoutMs: number): { passed: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error(`no answer within ${timeoutMs} ms`))), timeoutMs);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ProducerError) return false;
  return /AbortError|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|Connection is closed|enableOfflineQueue|MaxRetriesPerRequest|LOADING|READONLY|MASTERDOWN/.test(
    `${error.name} ${error.message}`,
  );
}

function unavailable(cause: unknown): ProducerError {
  const why = cause instanceof Error ? cause.message : "no connection";
  return new ProducerError(
    "VOLLEY_REDIS_UNAVAILABLE",
    `Redis cannot be reached (${why}). The same call with the same idempotency key may safely be made again.`,
    { cause },
  );
}
