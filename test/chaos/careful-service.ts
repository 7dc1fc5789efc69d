import { createProducer } from "@volley/producer";
import type { Send } from "@volley/contract";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { PlannedAsk } from "./chaos-plan.ts";
import { sendOfAsk } from "./send-of-ask.ts";

/** A send that the service asked for. */
export type Asked = {
  readonly ask: PlannedAsk;
  /** The ID of its job. */
  readonly id: string;
  /** How often it was put on the queue. */
  readonly times: number;
  /** When Redis said for the last time that it has it, milliseconds since 1970. */
  readonly confirmedAt: number;
};

/** What a careful service does: it tries until Redis has said yes, and asks again after Redis lost its memory. */
export type CarefulService = {
  readonly ask: (ask: PlannedAsk) => Promise<void>;
  /** Asks once more for everything that was confirmed since a time, with the same keys and IDs. @returns how many */
  readonly askAgainSince: (at: number) => Promise<number>;
  readonly asked: () => Asked[];
  readonly queue: (region: string) => Queue;
  readonly disconnectAll: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const MOST_TRIES = 200;

const RETRY_MS = 250;

/** Creates the service. It uses the producer and plain BullMQ side by side. */
export function createCarefulService(options: {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly regions: readonly string[];
  readonly pause: (ms: number) => Promise<void>;
}): CarefulService {
  const { redisUrl, prefix, regions, pause } = options;
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, retryStrategy: () => RETRY_MS });
  connection.on("error", () => {});
  const producer = createProducer({ redis: redisUrl, prefix });
  const queues = new Map(regions.map((region) => [region, openQueue(region, connection, prefix)] as const));
  const asked = new Map<string, Asked>();
  const firstAskedAt = new Map<string, number>();

  const queue = (region: string): Queue => {
    const opened = queues.get(region);
    if (opened === undefined) throw new RangeError(`no queue for ${region}`);
    return opened;
  };
  const enqueue = async (ask: PlannedAsk, send: Send): Promise<string> => {
    if (ask.via === "producer") {
      return (await producer.enqueue(send, { region: ask.region, idempotencyKey: ask.key })).id;
    }
    // The same ID and the same time of creation: so it is the same job, also after Redis forgot it.
    const timestamp = firstAskedAt.get(ask.key) ?? Date.now();
    firstAskedAt.set(ask.key, timestamp);
    await queue(ask.region).add("send", send, { jobId: ask.key, timestamp });
    return ask.key;
  };
  const ask = async (planned: PlannedAsk): Promise<void> => {
    const send = sendOfAsk(planned);
    const id = await untilDone(async () => enqueue(planned, send), pause);
    const times = (asked.get(planned.key)?.times ?? 0) + 1;
    asked.set(planned.key, { ask: planned, id, times, confirmedAt: Date.now() });
  };

  return {
    ask,
    askAgainSince: async (at) => {
      const recent = [...asked.values()].filter(({ confirmedAt }) => confirmedAt >= at);
      for (const { ask: planned } of recent) await ask(planned);
      return recent.length;
    },
    asked: () => [...asked.values()],
    queue,
    disconnectAll: async () =>
      void (await connection.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no").catch(() => {})),
    close: async () => {
      await producer.close();
      await Promise.all([...queues.values()].map(async (opened) => opened.close()));
      connection.disconnect();
    },
  };
}

function openQueue(region: string, connection: Redis, prefix: string): Queue {
  const queue = new Queue(`volley-${region}`, { connection, prefix });
  queue.on("error", () => {});
  return queue;
}

async function untilDone<T>(call: () => Promise<T>, pause: (ms: number) => Promise<void>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (tried >= MOST_TRIES) throw error;
      await pause(RETRY_MS);
    }
  }
}
