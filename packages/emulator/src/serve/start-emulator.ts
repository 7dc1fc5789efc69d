import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { addControlRoutes } from "./control-routes.ts";
import { createEmulation } from "../emulation/create-emulation.ts";
import { createEmulator } from "./create-emulator.ts";
import type { Emulator } from "../emulation/emulator.ts";
import type { EmulatorOptions } from "../emulation/emulator-options.ts";
import { requireEmulatorOptions } from "./require-emulator-options.ts";
import { addSinchRoutes } from "./sinch-routes.ts";

/** A thousand recipients with several long parameters each fit; Sinch publishes no limit. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Starts the Sinch SMS API on this machine.
 *
 * @throws TypeError for an option that there is not, or that is wrong
 * @throws when the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  requireEmulatorOptions(options);
  const emulation = createEmulation(options);
  const app = createApp();
  const { host = "127.0.0.1", port = 0 } = options;
  let url = "";
  const emulator = createEmulator(emulation, app, () => url);
  addSinchRoutes(app, emulation);
  addControlRoutes(app, emulator, emulation);
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
