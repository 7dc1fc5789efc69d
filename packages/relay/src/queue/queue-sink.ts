import { EVENTS_KEPT, EVENTS_NAME, queueName } from "@volley/contract";
import { Queue } from "bullmq";
import { traceOfSend } from "@volley/receipts";
import { isTracing, jobTrace } from "@volley/tracing";
import type { Cluster, Redis } from "ioredis";
import type { Sink } from "../terms/sink.ts";
import { QUEUE_SINK } from "../terms/sink-names.ts";

/** The queue that other services work on: `volley-events`. */
export const EVENTS_QUEUE: string = queueName(EVENTS_NAME);

/** Whoever is slow is not overrun: beyond so many jobs that nobody has taken, events stay in the stream. */
const MOST_WAITING = 100_000;

const HOUR_S = 60 * 60;

/** A job that is kept is not added again: an event that comes twice within that time is one job. */
const JOB_OPTIONS = {
  attempts: 10,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: { age: 24 * HOUR_S, count: 10_000 },
  removeOnFail: { age: 7 * 24 * HOUR_S, count: 10_000 },
} as const;

/** What the queue needs. */
export type QueueSinkOptions = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  /** Jobs that may wait. @default 100000 */
  readonly mostWaiting?: number;
};

/** Makes each event a job of BullMQ: its name is the event's type, its ID the event's. */
export function createQueueSink({ redis, prefix, mostWaiting = MOST_WAITING }: QueueSinkOptions): Sink {
  const traceOf = async (send: { id: unknown; region: string }) => traceOfSend({ redis, prefix }, send);
  let opened: Queue | null = null;
  const open = (): Queue => {
    const queue = new Queue(EVENTS_QUEUE, { connection: redis, prefix, streams: { events: { maxLen: EVENTS_KEPT } } });
    // Each call says what has failed.
    queue.on("error", () => {});
    // BullMQ keeps the failure of its first look at Redis for ever.
    queue.waitUntilReady().catch(() => {
      opened = null;
      queue.close().catch(() => {});
    });
    return queue;
  };
  return {
    name: QUEUE_SINK,
    take: async (events) => {
      opened ??= open();
      const queue = opened;
      const waiting = await queue.getJobCountByTypes("waiting", "delayed", "prioritized");
      if (waiting >= mostWaiting) throw new Error(`${waiting} jobs wait on ${EVENTS_QUEUE}; nobody seems to take them`);
      const traces = isTracing()
        ? await Promise.all(events.map(async ({ data, region }) => traceOf({ id: data["send_id"], region })))
        : [];
      await queue.addBulk(
        events.map((event, at) => ({
          name: event.type,
          data: event,
          opts: { ...JOB_OPTIONS, jobId: event.id, ...jobTrace(traces[at] ?? null) },
        })),
      );
    },
    close: async () => opened?.close(),
  };
}
