import { createProducer, type Producer } from "@volley/producer";
import {
  addHealthRoutes,
  checkRedis,
  checkStores,
  closeRedis,
  closeStores,
  connectRedis,
  connectStores,
  createAppRegistry,
  describeRedis,
  listen,
  type Listening,
  type Logger,
  type RedisClient,
  type RedisSetUp,
  regionsOf,
  type Started,
  type Store,
  watchRedisSetUp,
} from "@volley/runtime";
import type { FastifyInstance } from "fastify";
import type { ApiConfig } from "../config.ts";
import { addDocument } from "../document/add-document.ts";
import { createStreamCounter } from "../guard/count-streams.ts";
import { createKeyBook } from "../guard/key-book.ts";
import { createUseNotes } from "../guard/note-uses.ts";
import { endConnections } from "../http/end-connections.ts";
import { createApiMetrics } from "../http/api-metrics.ts";
import { shareReadings } from "../sends/share-readings.ts";
import { addRoutes } from "./add-routes.ts";
import { createServer } from "./create-server.ts";
import { ROUTES } from "./routes.ts";

/**
 * Starts the HTTP API. Without Redis it starts, too, and asks callers to come again.
 *
 * @throws SettingsError when the port is taken, or Redis evicts keys
 */
export async function startApi(config: ApiConfig, log: Logger): Promise<Started & Listening> {
  const connection = { role: "producer", name: "volley-api", log } as const;
  const redis = connectRedis(config.redis, connection);
  const stores = connectStores(config.stores, connection);
  const { prefix, producerOptions } = config;
  const producer = createProducer({ connection: redis, regions: regionsOf(stores), prefix, ...producerOptions });
  const stopping = new AbortController();
  const registry = createAppRegistry("api", import.meta.url, redis, ...stores.map(({ client }) => client));
  const server = await createServer(ROUTES, { log, metrics: createApiMetrics(registry) });
  const connections = endConnections(server);
  let setUp: RedisSetUp | null = null;
  const stop = async (): Promise<void> => {
    setUp?.close();
    stopping.abort();
    const closed = server.close();
    connections.end();
    await closed;
    await producer.close();
    await Promise.all([closeRedis(redis), closeStores(stores)]);
  };
  try {
    setUp = await watchRedisSetUp(redis, { answer: config.eviction, log, mayBeAway: true });
    addAll(server, { config, log, producer, stopping: stopping.signal });
    addHealthRoutes(server, { ...health({ redis, stores, setUp, prefix }), registry, log });
    const listening = await listen(server, config);
    log.info({ url: listening.url, redis: describeRedis(config.redis) }, "the API listens");
    return { ...listening, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly producer: Producer;
  readonly stopping: AbortSignal;
};

function addAll(server: FastifyInstance, { config, log, producer, stopping }: Parts): void {
  const { keys } = producer;
  const { routes = null } = config.producerOptions;
  addRoutes(server, ROUTES, {
    book: createKeyBook(keys.records),
    noteUse: createUseNotes(keys.noteUse, log),
    doors: {
      producer,
      log,
      routes,
      stopping,
      readProgress: shareReadings(producer),
      countStream: createStreamCounter(),
    },
  });
  addDocument(server, ROUTES);
}

type Health = {
  readonly redis: RedisClient;
  readonly stores: readonly Store[];
  readonly setUp: RedisSetUp;
  readonly prefix: string;
};

function health({ redis, stores, setUp, prefix }: Health) {
  return {
    isLive: () => ({ ok: true }),
    isReady: async () => {
      const verdict = setUp.verdict();
      const writesTo = `${prefix}:ready`;
      return checkStores(verdict.ok ? await checkRedis(redis, { writesTo }) : verdict, stores, writesTo);
    },
  };
}
