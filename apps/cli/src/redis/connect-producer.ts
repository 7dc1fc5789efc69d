import type { Routes } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { closeStores, connectStores, type RedisSettings, regionsOf, type StoreSettings } from "@volley/runtime";
import { withRedis } from "./with-redis.ts";

/** Where sends are put. */
export type ProducerPlace = {
  readonly redis: RedisSettings;
  /** The Redis of regions that have one of their own. @default none */
  readonly stores?: readonly StoreSettings[];
  readonly prefix: string;
  /** How long before `send_at` a send is handed to a worker, in milliseconds. @default the producer's, 60000 */
  readonly leadMs?: number;
  /** To which region a number goes; without them there is no region "auto". */
  readonly routes?: Routes;
  /** `VOLLEY_SUPPRESSION_SECRET`, for the suppression list. */
  readonly suppressionSecret?: string | undefined;
  /** `VOLLEY_OPT_OUT_REPLICAS`, for the suppression list. @default "auto" */
  readonly optOutReplicas?: number | "auto";
  /** `VOLLEY_PROOF_DAYS`, in seconds. */
  readonly proofS?: number;
  /** Ends the wait for Redis. */
  readonly signal?: AbortSignal;
};

/**
 * Works with a producer, and closes it in any case.
 *
 * @param patienceMs - how long Redis is waited for, in milliseconds; `undefined` for as long as a person waits
 * @throws SettingsError when Redis is not there in time, unless regions have others: it names `REDIS_URL` and what the last try met
 * @throws the signal's reason when it aborts before that
 */
export async function connectProducer<T>(
  { redis, stores = [], prefix, leadMs, routes, suppressionSecret, optOutReplicas, proofS, signal }: ProducerPlace,
  work: (producer: Producer) => Promise<T>,
  patienceMs?: number,
): Promise<T> {
  // Named one by one: whoever calls may hand over more than a place.
  const named: Record<keyof Omit<ProducerPlace, "redis" | "stores" | "prefix" | "signal">, unknown> = {
    leadMs,
    routes,
    suppressionSecret,
    optOutReplicas,
    proofS,
  };
  const options = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return withRedis(
    redis,
    async (connection) => {
      const own = connectStores(stores, { role: "producer", name: "volley-cli" });
      const producer = createProducer({ redis: connection, regions: regionsOf(own), prefix, ...options });
      try {
        return await work(producer);
      } finally {
        await producer.close();
        await closeStores(own);
      }
    },
    { signal, patienceMs, mayBeAway: stores.length > 0 },
  );
}
