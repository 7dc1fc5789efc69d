import { type Cluster, Redis } from "ioredis";
import { forgetCommand } from "./forget-command.ts";
import { ProducerError } from "../terms/producer-error.ts";
import { unavailable, withCode } from "./redis-error.ts";
import { type ReadTarget, readTarget, type RedisTarget } from "./redis-target.ts";

/**
 * Asked right before a step that must not be made late. Waits for a connection that was lost meanwhile, which would keep
 * the step until it is back.
 *
 * @throws ProducerError `VOLLEY_REDIS_UNAVAILABLE` once the call was given up
 */
export type StillWanted = () => Promise<void>;

/** A connection on which every call ends in time. */
export type RedisLink = {
  readonly connection: Redis | Cluster;
  /**
   * Runs a call once the connection is there. No error that leaves it has what was sent.
   *
   * @param call - goes on when it is given up: one of several steps asks before each that writes
   * @throws ProducerError `VOLLEY_REDIS_UNAVAILABLE` when it has not ended by the deadline
   */
  readonly run: <T>(call: (stillWanted: StillWanted) => Promise<T>) => Promise<T>;
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
 * @param region - whose own Redis it is, which its errors say; `null` where it is of no region
 * @throws TypeError when the target is none
 */
export function createRedisLink(
  target: RedisTarget | undefined,
  timeoutMs: number,
  region: string | null = null,
): RedisLink {
  const read = readTarget(target);
  const connection = read.kind === "connection" ? read.connection : connect(read, timeoutMs);
  let isClosed = false;
  const waiting = new Set<() => void>();
  // Both are heard: a call must not wait for a connection that somebody has ended.
  const onChange = (): void => {
    for (const go of waiting) go();
  };
  connection.on("ready", onChange);
  connection.on("end", onChange);
  return {
    connection,
    run: async (call) => {
      if (isClosed) throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the producer is closed");
      const deadline = deadlineIn(timeoutMs);
      let go = NOTHING;
      const whenReady = async (): Promise<void> => {
        if (isReady(connection)) return;
        await new Promise<void>((resolve) => {
          go = resolve;
          waiting.add(go);
        });
        waiting.delete(go);
        requireOpen(connection);
      };
      const stillWanted = async (): Promise<void> => {
        deadline.requireTime();
        await whenReady().then(deadline.requireTime);
      };
      try {
        return await Promise.race([whenReady().then(async () => call(stillWanted)), deadline.passed]);
      } catch (error) {
        throw ofRegion(failureOf(error, connection), region);
      } finally {
        deadline.clear();
        // A call that was given up must neither be kept through a long outage nor run when Redis is back.
        waiting.delete(go);
      }
    },
    close: async () => {
      isClosed = true;
      connection.off("ready", onChange);
      connection.off("end", onChange);
      if (read.kind !== "connection") connection.disconnect();
    },
  };
}

/** What is told of an error. @throws ProducerError `VOLLEY_PRODUCER_CLOSED` */
function failureOf(error: unknown, connection: Redis | Cluster): unknown {
  forgetCommand(error);
  // What was under way fails with an error of ioredis that says no more than any other.
  if (!(error instanceof ProducerError)) requireOpen(connection, error);
  return withCode(error);
}

/** Which Redis it was, where there are several. */
function ofRegion(error: unknown, region: string | null): unknown {
  if (region === null || !(error instanceof ProducerError) || !error.code.startsWith("VOLLEY_REDIS_")) return error;
  return new ProducerError(error.code, `${region}: ${error.message}`, { cause: error.cause });
}

function connect(target: Exclude<ReadTarget, { kind: "connection" }>, timeoutMs: number): Redis {
  const options = {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: timeoutMs,
    retryStrategy: (attempt: number): number => Math.min(LONGEST_RECONNECT_MS, 50 * 2 ** Math.min(attempt, 10)),
  };
  const all = { ...target.options, ...options };
  const redis = target.kind === "url" ? new Redis(target.url, all) : new Redis(all);
  // Counts that come as texts would be taken for others.
  redis.options.stringNumbers = false;
  // Without a listener ioredis prints every failed attempt; each call reports its own failure instead.
  redis.on("error", () => {});
  return redis;
}

/** Whether a call can be made at once; a connection that nobody has opened yet is opened. */
function isReady(connection: Redis | Cluster): boolean {
  requireOpen(connection);
  if (connection.status === "wait") connection.connect().catch(() => {});
  return connection.status === "ready";
}

/** @throws ProducerError `VOLLEY_PRODUCER_CLOSED` when it was ended; ours is only by `close` */
function requireOpen(connection: Redis | Cluster, cause?: unknown): void {
  if (connection.status !== "end") return;
  throw new ProducerError("VOLLEY_PRODUCER_CLOSED", "the connection is closed", { cause });
}

type Deadline = {
  /** Rejects when the time is over. */
  readonly passed: Promise<never>;
  /** @throws ProducerError when it is */
  readonly requireTime: () => void;
  readonly clear: () => void;
};

function deadlineIn(timeoutMs: number): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const overdue = (): ProducerError => unavailable(`Redis has not answered within ${timeoutMs} ms`);
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(overdue());
    }, timeoutMs);
  });
  return {
    passed,
    requireTime: () => {
      if (isOver) throw overdue();
    },
    clear: () => clearTimeout(timer),
  };
}
