import { fastify } from "fastify";

import { addHealthRoutes } from "./health-routes.ts";
import type { HealthOptions } from "./health-routes.ts";
import { listen } from "./listen.ts";
import type { ListenOptions, Listening } from "./listen.ts";

/** A server that listens. */
export type HttpServer = Listening & { close(): Promise<void> };

/**
 * Serves `/livez`, `/readyz` and `/metrics`, for a process that serves nothing else.
 *
 * @throws SettingsError when the port is taken
 */
export async function serveHttp({ port, host, ...health }: ListenOptions & HealthOptions): Promise<HttpServer> {
  // A probe that keeps its connection open must not hold up the end of the process.
  const server = fastify({ forceCloseConnections: true });
  addHealthRoutes(server, health);
  const listening = await listen(server, { port, host });
  return { ...listening, close: async () => await server.close() };
}
