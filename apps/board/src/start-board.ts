import { createBullBoard } from "@bull-board/api";
import type { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { BoardHooks } from "@bull-board/api/dist/types.js";
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
  SERVER_OPTIONS,
  waitForRedis,
} from "@volley/runtime";
import type { Listening, Logger, RedisClient, Started } from "@volley/runtime";

import { boardHooks } from "./queues/board-hooks.ts";
import type { BoardConfig } from "./config.ts";
import { createMasks } from "./mask/create-masks.ts";
import { guard } from "./guard/guard.ts";
import { createHiddenIds } from "./mask/hidden-ids.ts";
import { adaptQueue } from "./queues/queue-adapters.ts";
import { watchRegionNotices } from "./queues/region-notices.ts";

/** Says nothing of what was found: it may be the data of a job. */
const FAILED = {
  error: { key: "ERRORS.INTERNAL_SERVER_ERROR" as const },
  message: "This cannot be shown: the log of the board says what went wrong.",
};

/** Characters of a job's ID in a path; fastify's own 100 are too few for IDs that are not shown as they are. */
const LONGEST_ID = 1_000;

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
  const server = fastify({ ...SERVER_OPTIONS, routerOptions: { maxParamLength: LONGEST_ID } });
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
    const hidden = createHiddenIds(config.password);
    const masks = config.showRecipients ? undefined : createMasks(hidden);
    const adapters = queues.map((queue, index) => {
      const options = { readOnly: config.readOnly, maskData: masks?.data };
      return adaptQueue(queue, options, () => notices.of(config.regions[index] ?? ""));
    });
    const connected = async (): Promise<boolean> => await isConnected(redis, config);
    const hooks = boardHooks({ hidden, maskAnswer: masks?.answer, isConnected: connected });
    await addBoard(server, adapters, { hooks, log });
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

type BoardParts = { hooks: BoardHooks; log: Logger };

async function addBoard(server: FastifyInstance, queues: BullMQAdapter[], { hooks, log }: BoardParts): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  createBullBoard({
    queues,
    serverAdapter,
    options: {
      uiConfig: { boardTitle: "Volley", sortQueues: false, hideDocsLink: true },
      handlerHooks: hooks,
    },
  });
  // In place of bull-board's own, which answers with the error's message: Node quotes in it what it could not parse.
  serverAdapter.setErrorHandler((error: Error & { statusCode?: number }) => {
    log.warn({ err: error }, "an answer failed");
    const isRequest = error.statusCode !== undefined && error.statusCode < 500;
    return { status: isRequest ? 400 : 500, body: FAILED };
  });
  await server.register(serverAdapter.registerPlugin());
}
