import type { FastifyRequest } from "fastify";
import type { Call } from "../terms/route.ts";

/** A request that the guard has let through, as pages take it. */
export function callOf(request: FastifyRequest): Call {
  const { who, params, body, url } = request;
  if (who === null) throw new Error("a route without anybody");
  const query = new URLSearchParams(url.split("?").slice(1).join("?"));
  const form = body instanceof URLSearchParams ? body : new URLSearchParams();
  return { params: params as Readonly<Record<string, string>>, query, form, who };
}
