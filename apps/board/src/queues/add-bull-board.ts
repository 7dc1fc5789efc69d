import { createBullBoard } from "@bull-board/api";
import type { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { BoardHooks } from "@bull-board/api/dist/types.js";
import { FastifyAdapter } from "@bull-board/fastify";
import type { Logger } from "@volley/runtime";
import type { FastifyInstance } from "fastify";
import { TABS } from "../html/shell.ts";
import { QUEUES } from "../guard/security-headers.ts";

/** Says nothing of what was found: it may be the data of a job. */
const FAILED = {
  error: { key: "ERRORS.INTERNAL_SERVER_ERROR" as const },
  message: "This cannot be shown: the log of the board says what went wrong.",
};

/** Adds bull-board over queues, and the way back to our own pages in its menu. */
export async function addBullBoard(
  server: FastifyInstance,
  queues: BullMQAdapter[],
  { hooks, log }: { readonly hooks: BoardHooks; readonly log: Logger },
): Promise<void> {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(QUEUES);
  const miscLinks = TABS.filter(([path]) => path !== QUEUES).map(([url, text]) => ({ text, url }));
  createBullBoard({
    queues,
    serverAdapter,
    options: {
      uiConfig: { boardTitle: "Volley", sortQueues: false, hideDocsLink: true, miscLinks },
      handlerHooks: hooks,
    },
  });
  // In place of bull-board's own, which answers with the error's message: Node quotes in it what it could not parse.
  serverAdapter.setErrorHandler((error: Error & { statusCode?: number }) => {
    log.warn({ err: error }, "an answer failed");
    const isRequest = error.statusCode !== undefined && error.statusCode < 500;
    return { status: isRequest ? 400 : 500, body: FAILED };
  });
  await server.register(serverAdapter.registerPlugin(), { prefix: QUEUES });
  for (const path of ["/queue/:queueName", "/queue/:queueName/:jobId"]) {
    server.get(path, async (request, reply) => reply.redirect(QUEUES + request.url, 302));
  }
}

/** What was asked for before bull-board had a place of its own goes on being answered. */
export function withoutOldPlace({ url = "/" }: { readonly url?: string | undefined }): string {
  return url.startsWith("/api/") ? QUEUES + url : url;
}
