import { createBullBoard } from "@bull-board/api";
import type { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import { Queue } from "bullmq";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";

import { queueName } from "@volley/contract";
import {
  addHealthRoutes,
  checkRedis,
  closeRedis,
  connectRedis,
  createMetrics,
  describeRedis,
  listen,
  waitForRedis,
} from "@volley/runtime";
import type { Listening, Logger, RedisClient, Started } from "@volley/runtime";

import { boardHooks } from "./board-hooks.ts";
import type { BoardHooksOptions } from "./board-hooks.ts";
import type { BoardConfig } from "./config.ts";
import { guard } from "./guard.ts";
import { adaptQueue } from "./queue-adapters.ts";
import { watchRegionNotices } from "./region-notices.ts";

/** How long a page waits for Redis before it says that Redis is away, in milliseconds. */
const REDIS_PATIENCE_MS = 2_000;

/**
 * Starts the board: bull-board over the queues of all regions, behind a password, with masked recipients.
 *
 * It starts without Redis too, and shows the queues as soon as Redis is there.
 *
 * @throws SettingsError when the port is taken
 */
export async function startBoard(config: BoardConfig, log: Logger): Promise<Started & Listening> {
  const redis = connectRedis(config.redis, { role: "board", name: "volley-board", log });
  const queues = config.regions.map((region) => openQueue(region, config, redis));
  const notices = watchRegionNotices(redis, config, log);
  const server = fastify({ forceCloseConnections: true });
  const stop = async (): Promise<void> => {
    notices.close();
    await server.close();
    await Promise.allSettled(queues.map(async (queue) => await queue.close()));
    await closeRedis(redis);
  };
  try {
    guard(server, config);
    addHealthRoutes(server, {
      isLive: () => ({ ok: true }),
      isReady: async () => await checkRedis(redis),
      registry: createMetrics({ labels: { app: "board" } }).registry,
      log,
    });
    const adapters = queues.map((queue, index) => {
      return adaptQueue(queue, config, () => notices.of(config.regions[index] ?? ""));
    });
    await addBoard(server, adapters, { ...config, isConnected: async () => await isConnected(redis, config) });
    const listening = await listen(server, config);
    if (config.password === undefined) log.warn({}, "the board is locked: VOLLEY_BOARD_PASSWORD is not set");
    log.info({ url: listening.url, regions: config.regions, readOnly: config.readOnly }, "the board listens");
    return { ...listening, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openQueue(region: string, { prefix }: BoardConfig, redis: RedisClient): Queue {
  // The board looks on: how the queue keeps its events is for those to say who use it.
  const queue = new Queue(queueName(region), { connection: redis, prefix, skipMetasUpdate: true });
  // The connection reports its outages itself, once; without a listener each would end the process.
  queue.on("error", () => undefined);
  return queue;
}

async function isConnected(redis: RedisClient, config: BoardConfig): Promise<boolean> {
  try {
    await waitForRedis(redis, describeRedis(config.redis), REDIS_PATIENCE_MS);
    return true;
  } catch {
    return false;
  }
}

async function addBoard(server: FastifyInstance, queues: BullMQAdapter[], config: BoardHooksOptions): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  createBullBoard({
    queues,
    serverAdapter,
    options: {
      uiConfig: { boardTitle: "Volley", sortQueues: false, hideDocsLink: true },
      handlerHooks: boardHooks(config),
    },
  });
  await server.register(serverAdapter.registerPlugin());
}
