import { carryOptOuts, type OptOutCarrier, traceOfSend, type Writer, writerOfSettings } from "@volley/receipts";
import { type Relay, relayEvents } from "@volley/relay";
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
  listsOf,
  type Logger,
  type RedisClient,
  type RedisSetUp,
  type Registry,
  SERVER_OPTIONS,
  type Started,
  type Store,
  watchRedisSetUp,
} from "@volley/runtime";
import { fastify, type FastifyInstance, type FastifyReply } from "fastify";
import { addCallbackRoutes, type CallbackRoutes } from "./callbacks/callback-routes.ts";
import type { WebhooksConfig } from "./config.ts";
import { createWebhooksMetrics } from "./callbacks/webhooks-metrics.ts";

/** How much longer than it may be old a nonce is remembered, in seconds: clocks differ. */
const NONCE_SLACK_S = 600;

/** Characters of a secret path; fastify allows 100. */
const LONGEST_TOKEN = 1_000;

/**
 * Starts taking callbacks. Without Redis it starts, too, and asks the provider to come again.
 *
 * @throws SettingsError when the port is taken, or Redis evicts keys
 */
export async function startWebhooks(config: WebhooksConfig, log: Logger): Promise<Started & Listening> {
  const connection = { role: "producer", name: "volley-webhooks", log } as const;
  const redis = connectRedis(config.redis, connection);
  const stores = connectStores(config.stores, connection);
  // What is in hand is finished: a callback whose connection is cut would come again for nothing.
  const server = fastify({
    ...SERVER_OPTIONS,
    forceCloseConnections: "idle",
    // Neither paths nor bodies are given back: a path may be a secret.
    frameworkErrors: (_error, _request, reply: FastifyReply) => void reply.code(400).send({ code: "bad_request" }),
    routerOptions: { maxParamLength: LONGEST_TOKEN },
  });
  let [relay, setUp]: [Relay | null, RedisSetUp | null] = [null, null];
  let carrier: OptOutCarrier | null = null;
  const stop = async (): Promise<void> => {
    setUp?.close();
    await Promise.all([server.close(), relay?.close(), carrier?.close()]);
    await Promise.all([closeRedis(redis), closeStores(stores)]);
  };
  try {
    setUp = await watchRedisSetUp(redis, { answer: config.eviction, log, mayBeAway: true });
    const registry = createAppRegistry("webhooks", import.meta.url, redis, ...stores.map(({ client }) => client));
    carrier = carryOptOuts(config, listsOf(redis, stores), log);
    const { carried } = carrier;
    const writers = openWriters(config, redis, stores);
    addRoutes(server, { config, log, redis, stores, registry, writers, carried, setUp });
    const others = stores.map(({ client }) => ({ redis: client, sinks: [] }));
    relay = relayEvents(config, { redis, log, registry, others });
    const listening = await listen(server, config);
    const regions = config.regions.map(({ name }) => name);
    const unsigned = config.regions.filter((region) => Object.keys(region).length === 1).map(({ name }) => name);
    if (unsigned.length > 0) log.warn({ regions: unsigned }, "anybody may call back: VOLLEY_CALLBACK_UNSIGNED=allow");
    log.info({ url: listening.url, redis: describeRedis(config.redis), regions }, "callbacks are taken");
    return { ...listening, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What writes down what is told of some regions; that of the Redis that is of no region has all others. */
type StoreWriter = Omit<Store, "redis"> & { readonly writer: Writer };

function openWriters(config: WebhooksConfig, redis: RedisClient, stores: readonly Store[]): StoreWriter[] {
  const places = [{ client: redis, regions: [] as string[] }, ...stores];
  return places.map(({ client, regions }) => {
    return { client, regions, writer: writerOfSettings(client, config, config.maxAgeS + NONCE_SLACK_S) };
  });
}

type Parts = {
  readonly config: WebhooksConfig;
  readonly log: Logger;
  readonly redis: RedisClient;
  readonly registry: Registry;
  readonly stores: readonly Store[];
  readonly writers: readonly StoreWriter[];
  readonly carried: CallbackRoutes["carried"];
  readonly setUp: RedisSetUp;
};

function addRoutes(
  server: FastifyInstance,
  { config, log, redis, stores, registry, writers, carried, setUp }: Parts,
): void {
  const metrics = createWebhooksMetrics(
    registry,
    config.regions.map(({ name }) => name),
    { pending: () => writers.reduce((sum, { writer }) => sum + writer.pending(), 0) },
  );
  const storeOf = (region: string): StoreWriter => {
    const found = writers.find(({ regions }) => regions.includes(region)) ?? writers[0];
    if (found) return found;
    throw new Error("there is a writer of the Redis that is of no region");
  };
  addCallbackRoutes(server, {
    regions: config.regions,
    maxAgeS: config.maxAgeS,
    writerOf: (region) => storeOf(region).writer,
    carried,
    traceOf: async (send) => traceOfSend({ redis: storeOf(send.region).client, prefix: config.prefix }, send),
    metrics,
    log,
  });
  server.setNotFoundHandler(async (_request, reply) => await reply.code(404).send({ code: "not_found" }));
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 503;
    if (status >= 500) log.warn({ err: error }, "an answer failed");
    return await reply.code(status >= 500 ? 503 : status).send({ code: status === 413 ? "too_large" : "bad_request" });
  });
  addHealthRoutes(server, {
    isLive: () => ({ ok: true }),
    isReady: async () => {
      const verdict = setUp.verdict();
      const writesTo = `${config.prefix}:ready`;
      return checkStores(verdict.ok ? await checkRedis(redis, { writesTo }) : verdict, stores, writesTo);
    },
    registry,
    log,
  });
}
