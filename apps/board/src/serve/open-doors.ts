import { sharedSecret } from "@volley/accounts";
import { queueName } from "@volley/contract";
import { createFleetOf } from "@volley/fleet";
import { createProducer } from "@volley/producer";
import {
  checkRedis,
  checkStores,
  closeRedis,
  closeStores,
  connectRedis,
  connectStores,
  describeRedis,
  type Logger,
  type RedisClient,
  regionsOf,
  type Verdict,
  waitForRedis,
} from "@volley/runtime";
import { Queue } from "bullmq";
import type { BoardConfig } from "../config.ts";
import { createHiddenIds } from "../mask/hidden-ids.ts";
import type { Doors } from "../terms/route.ts";

/** How long a page waits for Redis before it says that Redis is away, in milliseconds. */
const REDIS_PATIENCE_MS = 2_000;

/** Everything that is read and changed, and how it is let go of. */
export type OpenDoors = {
  readonly doors: Doors;
  readonly queues: readonly Queue[];
  /** The Redis of a region. */
  readonly redisOf: (region: string) => RedisClient;
  readonly isReady: () => Promise<Verdict>;
  readonly isConnected: () => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/** Connects in the background: Redis may be away. */
export function openDoors(config: BoardConfig, log: Logger): OpenDoors {
  const { prefix, regions } = config;
  const redis = connectRedis(config.redis, { role: "board", name: "volley-board", log });
  const own = connectRedis(config.redis, { role: "producer", name: "volley-board-pages" });
  const stores = connectStores(config.stores, { role: "board", name: "volley-board", log });
  const ownStores = connectStores(config.stores, { role: "producer", name: "volley-board-pages" });
  const redisOf = homesOf(stores, redis);
  const queues = regions.map((region) => openQueue(region, prefix, redisOf(region)));
  const producer = createProducer({
    connection: own,
    regions: regionsOf(ownStores),
    prefix,
    ...config.producerOptions,
  });
  const accounts = { redis: own, prefix };
  let secret = config.password;
  const isConnected = async (): Promise<boolean> => {
    try {
      await Promise.all(
        [redis, own].map(async (each) => waitForRedis(each, describeRedis(config.redis), REDIS_PATIENCE_MS)),
      );
      secret ??= await sharedSecret(accounts);
      return true;
    } catch {
      return false;
    }
  };
  const hidden = createHiddenIds(() => secret ?? "");
  const fleet = createFleetOf({ redis: own, prefix, regions }, ownStores);
  const { segmentPrice } = config;
  const place = { producer, redisOf: homesOf(ownStores, own), prefix };
  return {
    doors: { ...place, fleet, accounts, regions, hidden, log, ...(segmentPrice !== undefined && { segmentPrice }) },
    queues,
    redisOf,
    isReady: async () => checkStores(await checkRedis(redis), stores),
    isConnected,
    close: async () => {
      await Promise.allSettled([...queues.map(async (queue) => queue.close()), producer.close()]);
      await Promise.all([closeRedis(redis), closeRedis(own), closeStores(stores), closeStores(ownStores)]);
    },
  };
}

function homesOf(stores: ReturnType<typeof connectStores>, shared: RedisClient): (region: string) => RedisClient {
  return (region) => stores.find((store) => store.regions.includes(region))?.client ?? shared;
}

function openQueue(region: string, prefix: string, redis: RedisClient): Queue {
  // The board looks on: how the queue keeps its events is for those to say who use it.
  const queue = new Queue(queueName(region), { connection: redis, prefix, skipMetasUpdate: true });
  // The connection reports its outages itself, once; without a listener each would end the process.
  queue.on("error", () => undefined);
  return queue;
}
