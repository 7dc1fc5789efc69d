import type { FastifyInstance } from "fastify";

const PATH = "/plain-address.js";

/**
 * Goes to the same page without user and password in its URL: with them there a browser lets no script of the page fetch
 * anything, and the page would be without words. The browser knows them by then.
 */
const SCRIPT = `try {
  new Request(".");
} catch {
  window.stop();
  location.replace(location.origin + location.pathname + location.search);
}
`;

/** Serves the script that {@link withPlainAddress} puts into a page. */
export function servePlainAddress(server: FastifyInstance): void {
  server.get(PATH, async (_request, reply) => reply.type("text/javascript; charset=utf-8").send(SCRIPT));
}

/** Lets a page leave an address with a password in it before any of its own scripts runs. */
export function withPlainAddress(page: string): string {
  return page.replace(/<head>/i, `$&<script src="${PATH}"></script>`);
}
