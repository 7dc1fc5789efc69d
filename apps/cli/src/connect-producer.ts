import type { Routes } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { closeRedis, connectRedis, describeRedis, type RedisSettings, waitForRedis } from "@volley/runtime";
import { unlessInterrupted } from "./unless-interrupted.ts";

/** Where sends are put. */
export type ProducerPlace = {
  readonly redis: RedisSettings;
  readonly prefix: string;
  /** How long before `send_at` a send is handed to a worker, in milliseconds. @default the producer's, 60000 */
  readonly leadMs?: number;
  /** To which region a number goes; without them there is no region "auto". */
  readonly routes?: Routes;
  /** Ends the wait for Redis. */
  readonly signal?: AbortSignal;
};

const NEVER = new AbortController().signal;

/** How long a person waits for a Redis that may not be there, in milliseconds. */
const REDIS_PATIENCE_MS = 5_000;

/**
 * Works with a producer, and closes it in any case.
 *
 * @throws SettingsError when Redis is not there in time: it names `REDIS_URL` and what the last try met
 * @throws the signal's reason when it aborts before that
 */
export async function connectProducer<T>(
  { redis, prefix, leadMs, routes, signal = NEVER }: ProducerPlace,
  work: (producer: Producer) => Promise<T>,
  patienceMs: number = REDIS_PATIENCE_MS,
): Promise<T> {
  const connection = connectRedis(redis, { role: "producer", name: "volley-cli" });
  try {
    await unlessInterrupted(signal, waitForRedis(connection, describeRedis(redis), patienceMs));
    const options = { ...(leadMs !== undefined && { leadMs }), ...(routes !== undefined && { routes }) };
    const producer = createProducer({ redis: connection, prefix, ...options });
    try {
      return await work(producer);
    } finally {
      await producer.close();
    }
  } finally {
    await closeRedis(connection);
  }
}
