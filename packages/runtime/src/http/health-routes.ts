import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Registry } from "prom-client";

import { metricsText } from "./create-metrics.ts";
import { withDeadline } from "../terms/deadline.ts";
import type { HealthCheck, Verdict } from "../terms/verdict.ts";

/** What the health routes ask. */
export type HealthOptions = {
  /** Whether the process should live; when not, Kubernetes restarts it. Keep it about the process itself. */
  isLive: HealthCheck;
  /** Whether it can do its work now; Redis belongs here. */
  isReady: HealthCheck;
  registry: Registry;
  log: Pick<Logger, "warn">;
  /** How long a check may take, in milliseconds. @default 2000 */
  checkTimeoutMs?: number | undefined;
};

const DEFAULT_CHECK_TIMEOUT_MS = 2_000;

/**
 * Adds `/livez` and `/readyz` (200 or 503, `{ ok, reason?, details? }`) and `/metrics` to a server. A check that throws
 * or hangs means not ok; why it threw goes to the log only, because these paths are open to everybody.
 */
export function addHealthRoutes(server: FastifyInstance, options: HealthOptions): void {
  addCheck(server, "/livez", options.isLive, options);
  addCheck(server, "/readyz", options.isReady, options);
  server.get("/metrics", async (_request, reply) => {
    const { contentType, body } = await metricsText(options.registry);
    return await reply.header("content-type", contentType).send(body);
  });
}

function addCheck(server: FastifyInstance, path: string, check: HealthCheck, options: HealthOptions): void {
  server.get(path, async (_request, reply) => {
    const verdict = await judge(path, check, options);
    return await reply
      .code(verdict.ok ? 200 : 503)
      .header("cache-control", "no-store")
      .send(verdict);
  });
}

async function judge(path: string, check: HealthCheck, { log, checkTimeoutMs }: HealthOptions): Promise<Verdict> {
  const timeoutMs = checkTimeoutMs ?? DEFAULT_CHECK_TIMEOUT_MS;
  const verdict = (async () => await check())();
  try {
    return await withDeadline(verdict, timeoutMs, () => new Error(`the check took longer than ${timeoutMs} ms`));
  } catch (error) {
    log.warn({ err: error, path }, "a health check failed");
    return { ok: false, reason: "the check failed" };
  }
}
