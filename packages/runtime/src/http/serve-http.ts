import { addHealthRoutes } from "./health-routes.ts";
import type { HealthOptions } from "./health-routes.ts";
import { listen } from "./listen.ts";
import type { ListenOptions, Listening } from "./listen.ts";

/** A server that listens. */
export type HttpServer = Listening & { close(): Promise<void> };

/**
 * What every server here has. A probe that keeps its connection open must not hold up the end of the process, and nobody keeps
 * one busy by sending a request drop by drop: it has to be there, with its body, within 10 s.
 */
export const SERVER_OPTIONS = {
  forceCloseConnections: true,
  requestTimeout: 10_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
} as const;

/** What else is answered: by path, the status and the JSON of an answer. */
export type JsonAnswers = Readonly<Record<string, () => Promise<{ readonly status: number; readonly body: object }>>>;

/**
 * Serves `/livez`, `/readyz` and `/metrics`, for a process that serves little else.
 *
 * @throws SettingsError when the port is taken
 */
export async function serveHttp({
  port,
  host,
  also = {},
  ...health
}: ListenOptions & HealthOptions & { readonly also?: JsonAnswers }): Promise<HttpServer> {
  // Whoever serves nothing, the command line above all, starts sooner without it.
  // By its default export: where it was bundled, what was written for require has no other.
  const { default: fastify } = await import("fastify");
  const server = fastify(SERVER_OPTIONS);
  addHealthRoutes(server, health);
  for (const [path, answer] of Object.entries(also)) {
    server.get(path, async (_request, reply) => {
      const { status, body } = await answer();
      return await reply.code(status).header("cache-control", "no-store").send(body);
    });
  }
  const listening = await listen(server, { port, host });
  return { ...listening, close: async () => await server.close() };
}
