import { createProducer, type Producer } from "@volley/producer";
import {
  addHealthRoutes,
  checkRedis,
  closeRedis,
  connectRedis,
  createAppRegistry,
  describeRedis,
  listen,
  type Listening,
  type Logger,
  type RedisClient,
  type RedisSetUp,
  type Started,
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
  const redis = connectRedis(config.redis, { role: "producer", name: "volley-api", log });
  const { prefix, producerOptions } = config;
  const producer = createProducer({ connection: redis, prefix, ...producerOptions });
  const stopping = new AbortController();
  const registry = createAppRegistry("api", import.meta.url, redis);
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
    await closeRedis(redis);
  };
  try {
    setUp = await watchRedisSetUp(redis, { answer: config.eviction, log, mayBeAway: true });
    addAll(server, { config, log, producer, stopping: stopping.signal });
    addHealthRoutes(server, { ...health(redis, setUp, prefix), registry, log });
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

function health(redis: RedisClient, setUp: RedisSetUp, prefix: string) {
  return {
    isLive: () => ({ ok: true }),
    isReady: async () => {
      const verdict = setUp.verdict();
      return verdict.ok ? await checkRedis(redis, { writesTo: `${prefix}:ready` }) : verdict;
    },
  };
}
