import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { acceptedBatch } from "./accepted-batch.ts";
import { BatchStore } from "./batches/batch-store.ts";
import { textsTo } from "./batches/texts-to.ts";
import { addControlRoutes } from "./control-routes.ts";
import type { Emulation } from "./emulation.ts";
import type { Emulator } from "./emulator.ts";
import { FaultList } from "./faults/fault-list.ts";
import { RequestLog } from "./request-log.ts";
import { addSinchRoutes } from "./sinch-routes.ts";

/** A thousand recipients with several long parameters each fit; Sinch publishes no limit. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const KEPT_REQUESTS = 100_000;

/** How an emulator is set up. */
export interface EmulatorOptions {
  /** @default 0, a free port */
  readonly port?: number | undefined;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /**
   * Service plan ID to API token.
   * @default undefined: any plan with any token that is not empty
   */
  readonly plans?: Readonly<Record<string, string>> | undefined;
  /** How long every answer waits. The batch is accepted before. @default 0 */
  readonly latencyMs?: number | undefined;
  /** Milliseconds since 1970, for IDs, timestamps and windows. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** 0 to below 1, for faults with a probability. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Whether `from` may be left out, as on plans with an automatic default originator. @default false */
  readonly defaultOriginator?: boolean | undefined;
}

/**
 * Starts the Sinch SMS API on this machine.
 *
 * @throws when the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulation: Emulation = {
    store: new BatchStore(),
    faults: new FaultList(options.random ?? Math.random),
    log: new RequestLog(KEPT_REQUESTS),
    plans: options.plans === undefined ? undefined : new Map(Object.entries(options.plans)),
    now: options.now ?? Date.now,
    latencyMs: options.latencyMs ?? 0,
    hasDefaultOriginator: options.defaultOriginator ?? false,
  };
  const app = createApp();
  const { host = "127.0.0.1", port = 0 } = options;
  let url = "";
  const emulator = createEmulator(emulation, app, () => url);
  addSinchRoutes(app, emulation);
  addControlRoutes(app, emulator);
  url = await app.listen({ host, port });
  return emulator;
}

/** Bodies arrive as text whatever their content type says: endpoints and faults decide what to make of them. */
function createApp(): FastifyInstance {
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  return app;
}

function createEmulator(emulation: Emulation, app: FastifyInstance, url: () => string): Emulator {
  const { store, faults, log } = emulation;
  return {
    get url() {
      return url();
    },
    faults,
    timesTexted: (number) => store.timesTexted(number),
    textsTo: (number) => textsTo(store.all(), number),
    batches: () => store.all().map((batch) => acceptedBatch(batch)),
    requests: () => log.list(),
    stats: () => ({ ...log.totals(), batches: store.all().length, ...store.totals() }),
    reset: () => {
      store.clear();
      faults.clear();
      log.clear();
    },
    close: () => app.close(),
  };
}
