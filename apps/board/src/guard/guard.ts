import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { isAuthorized } from "./authorize.ts";
import { isCrossSite } from "./cross-site.ts";
import { servePlainAddress, withPlainAddress } from "./plain-address.ts";
import { SECURITY_HEADERS, withoutFontsElsewhere } from "./security-headers.ts";

/** What the guard lets through. */
export type GuardOptions = { user: string; password: string | undefined; readOnly: boolean };

/** Kubernetes asks these without a password; they say nothing of any job. */
const OPEN_PATHS = new Set(["/livez", "/readyz"]);

const READING_METHODS = new Set(["GET", "HEAD"]);

type Refusal = { status: number; sentence: string; headers?: Record<string, string> };

/**
 * Stands before every path of a server: nothing without the password, nothing that changes a queue when read-only,
 * nothing that another site sent. bull-board's own read-only mode is set besides; its routes that span all queues
 * answer 200 there and only do nothing.
 */
export function guard(server: FastifyInstance, options: GuardOptions): void {
  server.addHook("onRequest", async (request, reply) => {
    const refusal = refuse(request, options);
    if (refusal) await answer(reply, refusal);
  });
  servePlainAddress(server);
  server.addHook("onSend", async (_request, reply, payload) => {
    reply.headers(SECURITY_HEADERS);
    const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
    return isPage && typeof payload === "string" ? withPlainAddress(withoutFontsElsewhere(payload)) : payload;
  });
}

function refuse(request: FastifyRequest, { user, password, readOnly }: GuardOptions): Refusal | undefined {
  // The route that was found, not the URL that was written: no spelling of another path passes for these.
  if (OPEN_PATHS.has(request.routeOptions.url ?? "")) return undefined;
  if (password === undefined) {
    return { status: 403, sentence: "This board is locked: set VOLLEY_BOARD_PASSWORD and start it again to open it." };
  }
  if (!isAuthorized(request.headers.authorization, { user, password })) {
    const headers = { "www-authenticate": 'Basic realm="Volley", charset="UTF-8"' };
    return { status: 401, sentence: "This board needs its user and password.", headers };
  }
  if (READING_METHODS.has(request.method)) return undefined;
  if (readOnly) {
    return {
      status: 405,
      sentence: "This board is read-only: set VOLLEY_BOARD_READ_ONLY=false to change queues with it.",
    };
  }
  if (isCrossSite(request.headers)) return { status: 403, sentence: "This request came from another site." };
  return undefined;
}

async function answer(reply: FastifyReply, { status, sentence, headers = {} }: Refusal): Promise<void> {
  await reply.code(status).headers(headers).type("text/plain; charset=utf-8").send(`${sentence}\n`);
}
