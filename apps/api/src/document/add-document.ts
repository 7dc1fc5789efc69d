import { ownPackage } from "@volley/runtime";
import type { FastifyInstance } from "fastify";
import type { Route } from "../terms/route.ts";
import { openApi } from "./open-api.ts";

/** Serves the document to everybody: it says what there is, and nothing of anybody. */
export function addDocument(server: FastifyInstance, routes: readonly Route[]): void {
  let document: string | undefined;
  server.get("/openapi.json", async (_request, reply) => {
    document ??= JSON.stringify(openApi(routes, ownPackage(import.meta.url).version));
    return await reply.type("application/json").header("cache-control", "no-cache").send(document);
  });
}
