import { writeAction } from "@volley/accounts";
import { addHealthRoutes, createMetrics, listen, SERVER_OPTIONS } from "@volley/runtime";
import type { Listening, Logger, Started } from "@volley/runtime";
import { fastify, type FastifyInstance } from "fastify";
import type { BoardConfig } from "./config.ts";
import { guard } from "./guard/guard.ts";
import { createIdentity, type Identity } from "./guard/identify.ts";
import { addSignIn } from "./guard/sign-in.ts";
import { addLive } from "./live/add-live.ts";
import { createMasks } from "./mask/create-masks.ts";
import { addBullBoard, withoutOldPlace } from "./queues/add-bull-board.ts";
import { boardHooks } from "./queues/board-hooks.ts";
import { adaptQueue } from "./queues/queue-adapters.ts";
import { type RegionNotices, watchRegionNotices } from "./queues/region-notices.ts";
import { allowedOn } from "./serve/access-table.ts";
import { addRoutes, readForms } from "./serve/add-routes.ts";
import { type OpenDoors, openDoors } from "./serve/open-doors.ts";
import { ROUTES } from "./serve/routes.ts";

/** Characters of a job's ID in a path; fastify's own 100 are too few for IDs that are not shown as they are. */
const LONGEST_ID = 1_000;

/**
 * Starts the board: pages for operators, and bull-board over the queues of all regions, behind accounts, with masked recipients.
 *
 * It starts without Redis too, and shows everything as soon as Redis is there.
 *
 * @throws SettingsError when the port is taken
 */
export async function startBoard(config: BoardConfig, log: Logger): Promise<Started & Listening> {
  const open = openDoors(config, log);
  const notices = config.regions.map((region) =>
    watchRegionNotices(open.redisOf(region), { prefix: config.prefix, regions: [region] }, log),
  );
  const server = fastify({
    ...SERVER_OPTIONS,
    routerOptions: { maxParamLength: LONGEST_ID },
    rewriteUrl: withoutOldPlace,
  });
  const stop = async (): Promise<void> => {
    for (const { close } of notices) close();
    await server.close();
    await open.close();
  };
  try {
    const { accounts } = open.doors;
    const identity = createIdentity(accounts, config, log);
    readForms(server);
    guard(server, { accounts, identity, allowedOn, isConnected: open.isConnected });
    addSignIn(server, { accounts, identity, isConnected: open.isConnected, log });
    addHealthRoutes(server, {
      isLive: () => ({ ok: true }),
      isReady: open.isReady,
      registry: createMetrics({ labels: { app: "board" } }).registry,
      log,
    });
    await addPages(server, { config, open, notices, identity, log });
    const listening = await listen(server, config);
    if (config.password === undefined) {
      log.warn({}, "VOLLEY_BOARD_PASSWORD is not set: the board is locked but for accounts of `volley board user`");
    }
    log.info({ url: listening.url, regions: config.regions, readOnly: config.readOnly }, "the board listens");
    return { ...listening, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = {
  readonly config: BoardConfig;
  readonly open: OpenDoors;
  readonly notices: readonly RegionNotices[];
  readonly identity: Identity;
  readonly log: Logger;
};

async function addPages(server: FastifyInstance, { config, open, notices, identity, log }: Parts): Promise<void> {
  const { doors, queues, isConnected } = open;
  const { hidden, accounts } = doors;
  addRoutes(server, ROUTES, doors);
  addLive(server, ROUTES, { doors, identity });
  const masks = config.showRecipients ? undefined : createMasks(hidden);
  const adapters = queues.map((queue, index) =>
    adaptQueue(
      queue,
      { readOnly: false, maskData: masks?.data },
      () => notices[index]?.of(config.regions[index] ?? "") ?? "",
    ),
  );
  const hooks = boardHooks({
    hidden,
    maskAnswer: masks?.answer,
    isConnected,
    note: async (who, role, what, about) =>
      writeAction(accounts, { who, role, what, about, reason: "", detail: "" }, new Date()),
  });
  await addBullBoard(server, adapters, { hooks, log });
}
