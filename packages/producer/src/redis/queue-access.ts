import { EVENTS_KEPT, kindOf, queueName, regionOfSendId } from "@volley/contract";
import { Queue } from "bullmq";
import { ProducerError } from "../terms/producer-error.ts";
import type { RedisLink } from "./redis-link.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** Which send is meant. */
export type SendAddress = { readonly id: string; readonly region: string };

/** The queues of all regions, opened when they are first needed: who opens one writes a key of BullMQ's that stays. */
export type QueueAccess = {
  readonly link: RedisLink;
  readonly prefix: string;
  readonly queueOf: (region: string) => Queue;
  readonly isOpen: (region: string) => boolean;
  /** BullMQ's key of a job, or of what it keeps beside the jobs; opens nothing. */
  readonly keyOf: (region: string, name: string) => string;
  /** Aborted when the producer closes: what is written down already needs nobody who waits for it. */
  readonly closing: AbortSignal;
  readonly stopWaiting: () => void;
  readonly close: () => Promise<void>;
};

/** Where what belongs to a region is kept: in a Redis of its own, or with everything else. */
export type Stores<Context> = { readonly of: (region: string) => Context };

/** The Redis that has what is of no region, and those of the regions. */
export type StoredAccess = QueueAccess & Stores<QueueAccess>;

/** Whether what belongs to a region is kept in a Redis of its own. */
export function isElsewhere(access: StoredAccess, region: string): boolean {
  return access.of(region).link !== access.link;
}

/** Gives access to queues over one connection. */
export function createQueueAccess(link: RedisLink, prefix: string): QueueAccess {
  const queues = new Map<string, Queue>();
  const closing = new AbortController();
  const open = (region: string): Queue => {
    const queue = new Queue(queueName(region), {
      connection: link.connection,
      prefix,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
    // Each call reports its own failure; without a listener an error of the connection would end the caller's process.
    queue.on("error", () => {});
    // BullMQ keeps the failure of its first look at Redis for ever: a queue that was opened in a bad moment is spoiled.
    queue.waitUntilReady().catch(() => {
      if (queues.get(region) === queue) queues.delete(region);
      queue.close().catch(() => {});
    });
    return queue;
  };
  return {
    link,
    prefix,
    queueOf: (region) => {
      const queue = queues.get(region) ?? open(region);
      queues.set(region, queue);
      return queue;
    },
    isOpen: (region) => queues.has(region),
    keyOf: (region, name) => `${prefix}:${queueName(region)}:${name}`,
    closing: closing.signal,
    stopWaiting: () => closing.abort(),
    close: async () => {
      await Promise.all([...queues.values()].map(async (queue) => queue.close()));
      await link.close();
    },
  };
}

/**
 * Where a send is: its ID says it, unless another client made that.
 *
 * @throws ProducerError `VOLLEY_INVALID_REGION`
 */
export function addressOf(id: string, region: string | null = regionOfSendId(id)): SendAddress {
  if (region === null) {
    const got = `got ${kindOf(id, { isPrivate: true })}`;
    throw new ProducerError(
      "VOLLEY_INVALID_REGION",
      `id: expected that of a send, <region>-<20 letters and digits>, or that of another client with its region beside it (--region), ${got}`,
    );
  }
  requireRegion(region);
  return { id, region };
}
