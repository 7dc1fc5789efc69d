import { setTimeout as pause } from "node:timers/promises";
import { FIRST_EVENTS, type KeptEvent, readEvents } from "@volley/receipts";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";

/** Reads events while everything dies, as another service would. */
export type Consumer = {
  /** By their IDs, with how often each came. */
  readonly seen: ReadonlyMap<string, number>;
  /** Resolves when there are no more, with what went wrong if anything did. */
  readonly finish: () => Promise<void>;
};

const PAGE = 1_000;

/** How long it waits where there is nothing new, or Redis is away, in milliseconds. */
const WAIT_MS = 100;

/** How often Redis may be away in turn before that is no restart any more. */
const MOST_TROUBLE = 600;

/** Follows the stream of events by its cursor from the first one on. */
export function startConsumer(redis: Redis, prefix: string): Consumer {
  const seen = new Map<string, number>();
  let isFinishing = false;
  const follow = async (): Promise<void> => {
    let cursor = FIRST_EVENTS;
    let trouble = 0;
    for (;;) {
      // Looked at before: what is written later than this is not waited for.
      const isLast = isFinishing;
      const page = await readEvents(redis, prefix, { cursor, limit: PAGE }).catch((error: unknown) => {
        trouble += 1;
        if (trouble > MOST_TROUBLE) throw error;
        return null;
      });
      if (page !== null) {
        trouble = 0;
        for (const event of page.events) count(seen, event);
        ({ cursor } = page);
      }
      if (page?.events.length === 0 && isLast) return;
      if (page === null || page.events.length === 0) await pause(WAIT_MS);
    }
  };
  const done = follow();
  // It is looked at when it is waited for.
  done.catch(() => {});
  return {
    seen,
    finish: async () => {
      isFinishing = true;
      await done;
    },
  };
}

function count(seen: Map<string, number>, { id }: KeptEvent): void {
  seen.set(id, (seen.get(id) ?? 0) + 1);
}

/** Takes events from the queue, as any BullMQ worker does. */
export type QueueConsumer = {
  /** By their IDs, which are those of the jobs, with how often each was worked on. */
  readonly seen: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
};

const AT_ONCE = 100;

/** Works on the queue of events until it is closed. */
export function startQueueConsumer(redis: Redis, prefix: string): QueueConsumer {
  const seen = new Map<string, number>();
  const take = async ({ id = "" }: { readonly id?: string | undefined }): Promise<void> =>
    void seen.set(id, (seen.get(id) ?? 0) + 1);
  const options = { connection: redis, prefix, concurrency: AT_ONCE, removeOnComplete: { count: 1_000 } };
  const worker = new Worker("volley-events", take, options);
  // Redis is killed: that connections end is what is wanted.
  worker.on("error", () => {});
  return { seen, close: async () => worker.close(true) };
}
