import { DEFAULT_PREFIX, type Send } from "@volley/contract";
import { type Cancellation, cancelSend } from "./cancel.ts";
import { enqueueSend, type Enqueued, type EnqueueOptions } from "./enqueue.ts";
import { addressOf, createQueueAccess } from "./queue-access.ts";
import { createRedisLink, type RedisTarget } from "./redis-link.ts";
import { resolveSend, retrySend } from "./send-again.ts";
import { readStatus, type SendStatus } from "./send-status.ts";

/** What a producer needs. */
export type ProducerOptions = {
  /** A URL, ioredis options, or a connection of yours, which is not closed. */
  readonly redis: RedisTarget;
  /** BullMQ's prefix, the workers' own. @default "{volley}" */
  readonly prefix?: string;
  /** Deadline of one call in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** How long before `send_at` a send is handed to a worker, in milliseconds. @default 60000 */
  readonly leadMs?: number;
  /** How long an idempotency key is remembered after its send is due, in milliseconds. @default 30 days */
  readonly rememberMs?: number;
  /** @default the system's clock */
  readonly now?: () => Date;
};

/** Where a send of another client is; the ID of one of ours says it by itself. */
export type RegionOption = { readonly region?: string };

/** How long to wait for a worker's answer, in milliseconds. @default 60000 */
export type WaitOption = { readonly waitMs?: number };

/** What a linked send has that the first one had not, for example a later `expire_at`. */
export type ChangesOption = { readonly changes?: Partial<Send> };

/** Puts sends on the queues of a Volley, tells what became of them, and stops them. */
export type Producer = {
  /**
   * Puts a send on its region's queue, exactly once per idempotency key.
   *
   * @throws InvalidSendError with every mistake; nothing is enqueued
   * @throws ProducerError with a stable `code`; after `VOLLEY_REDIS_UNAVAILABLE` the same call may safely be repeated
   */
  readonly enqueue: (send: Send, options: EnqueueOptions) => Promise<Enqueued>;
  /**
   * Where a send is, and its result.
   *
   * @param id - of `enqueue`, or of a job that another client added, with its region
   * @returns `null` when there is no such send, or its result is no longer kept
   */
  readonly status: (id: string, options?: RegionOption) => Promise<SendStatus | null>;
  /**
   * Stops a send in whatever state it is. Nothing of it is sent after the answer.
   *
   * @returns how many recipients were stopped, and for how many it was too late
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`; `VOLLEY_WORKER_SILENT` when nobody has counted in time: it is stopped
   *   all the same
   */
  readonly cancel: (id: string, options?: RegionOption & WaitOption) => Promise<Cancellation>;
  /**
   * Sends once more, as a send of its own, to those whom a settled send certainly did not reach: refused by the
   * provider, expired or canceled. A second call returns the same send.
   *
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_SEND_NOT_SETTLED`, `VOLLEY_NOBODY_LEFT`
   */
  readonly retry: (id: string, options?: RegionOption & ChangesOption) => Promise<Enqueued>;
  /**
   * Writes down what a person has found out about recipients whom nobody knew anything about. Those who were `not_sent`
   * to are sent to in a send of their own.
   *
   * @returns that send, or `null` when they were texted
   * @throws ProducerError as `retry`, and `VOLLEY_WORKER_SILENT`
   */
  readonly resolve: (
    id: string,
    decision: "sent" | "not_sent",
    options?: RegionOption & ChangesOption & WaitOption,
  ) => Promise<Enqueued | null>;
  readonly close: () => Promise<void>;
};

const REMEMBER_MS = 30 * 24 * 60 * 60 * 1_000;

const WAIT_MS = 60_000;

/** Creates a producer. It connects at its first call, and every call ends within its deadline. */
export function createProducer(options: ProducerOptions): Producer {
  const { redis, prefix = DEFAULT_PREFIX, timeoutMs = 5_000, leadMs = 60_000, rememberMs = REMEMBER_MS } = options;
  const access = createQueueAccess(createRedisLink(redis, timeoutMs), prefix);
  const settings = { leadMs, rememberMs, now: options.now ?? (() => new Date()) };
  const enqueue: Producer["enqueue"] = async (send, enqueueOptions) => {
    return enqueueSend(access, settings, send, enqueueOptions);
  };
  return {
    enqueue,
    status: async (id, { region } = {}) => readStatus(access, addressOf(id, region)),
    cancel: async (id, { region, waitMs = WAIT_MS } = {}) => cancelSend(access, addressOf(id, region), waitMs),
    retry: async (id, { region, changes = {} } = {}) => retrySend(access, addressOf(id, region), changes, enqueue),
    resolve: async (id, decision, { region, changes = {}, waitMs = WAIT_MS } = {}) => {
      return resolveSend(access, addressOf(id, region), { decision, changes, waitMs }, enqueue);
    },
    close: access.close,
  };
}
