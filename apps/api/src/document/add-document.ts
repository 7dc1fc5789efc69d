import { ownPackage } from "@volley/runtime";
import type { FastifyInstance } from "fastify";
import type { Route } from "../terms/route.ts";
import type { Json } from "./json-schema.ts";
import { openApi } from "./open-api.ts";
import { renderPage, STYLE } from "./render-page.ts";

/** Lets the page have its style, and nothing else: no script, nothing from elsewhere, nobody who frames it. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the document to everybody, for programs and for people: it says what there is, and nothing of anybody. */
export function addDocument(server: FastifyInstance, routes: readonly Route[]): void {
  const document = once(() => openApi(routes, ownPackage(import.meta.url).version));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => renderPage(document()));
  const serve = (url: string, type: string, body: () => string): void => {
    server.get(url, async (_request, reply) => {
      reply.headers({ "cache-control": "no-cache", "content-security-policy": POLICY });
      return await reply.type(type).send(body());
    });
  };
  serve("/openapi.json", "application/json", json);
  serve("/docs", "text/html; charset=utf-8", page);
  serve("/docs/style.css", "text/css; charset=utf-8", () => STYLE);
}

/** Made when it is first asked for: most processes never are. */
function once<T extends Json | string>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
