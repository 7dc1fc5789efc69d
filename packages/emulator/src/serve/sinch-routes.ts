import type { IncomingMessage } from "node:http";
import { inSpan, readCarrier } from "@volley/tracing";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { planOf, readCall, splitUrl } from "../calls/call.ts";
import type { Call } from "../calls/call.ts";
import type { Emulation } from "../emulation/emulation.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { issueToken } from "./issue-token.ts";
import type { OpenRequest } from "../calls/request-log.ts";
import { serveCall } from "./serve-call.ts";
import type { Exchange } from "./serve-call.ts";

const PREFIX = "/xms/";

const UNLOGGED: OpenRequest = { setRecipients: () => {}, end: () => {} };

/** Adds the Sinch API to a server: its endpoints, and 404 or 405 for everything else. */
export function addSinchRoutes(app: FastifyInstance, emulation: Emulation): void {
  const records = new WeakMap<IncomingMessage, OpenRequest>();

  app.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith(PREFIX)) records.set(request.raw, openRecord(emulation, request, reply));
    done();
  });

  const serveSinch = (endpoint: Endpoint | undefined, request: FastifyRequest, reply: FastifyReply): void => {
    const record = records.get(request.raw);
    if (record === undefined) {
      void reply.code(404).send("");
      return;
    }
    serve(emulation, request, { endpoint, reply, record });
  };

  for (const endpoint of ENDPOINTS) {
    app.route({
      method: endpoint.method,
      url: `/xms/v1/:plan${endpoint.path}`,
      handler: (request, reply) => serveSinch(endpoint, request, reply),
    });
  }
  app.setNotFoundHandler((request, reply) => serveSinch(undefined, request, reply));
  addTokenRoute(app, emulation);
}

/** The token server answers on the same port. Its requests are counted apart, and do not stand in the request log. */
function addTokenRoute(app: FastifyInstance, emulation: Emulation): void {
  app.post(issueToken.path, (request, reply) => {
    serve(emulation, request, { endpoint: issueToken, reply, record: UNLOGGED });
  });
}

/**
 * Whatever goes wrong in here is a bug of the emulator: the client sees a dropped connection, the test fails. Cutting
 * the request would not do: one that was read to its end leaves its connection open, and the client waiting.
 */
function serve(emulation: Emulation, request: FastifyRequest, exchange: Omit<Exchange, "call">): void {
  const { method } = request;
  const attributes = {
    "http.request.method": method,
    ...(exchange.endpoint && { "http.route": exchange.endpoint.path }),
  };
  const serving = inSpan({ name: method, kind: "server", attributes, parent: readCarrier(request.headers) }, async () =>
    serveCall(emulation, { ...exchange, call: callOf(request) }),
  );
  serving.catch(() => request.raw.socket.destroy());
}

function openRecord(emulation: Emulation, request: FastifyRequest, reply: FastifyReply): OpenRequest {
  const at = emulation.now();
  const { url, method } = request;
  const record = emulation.log.open({ at, plan: planOf(url), method, ...splitUrl(url) });
  const response = reply.raw;
  // The normal way ends the record before the answer leaves. This is for clients that left and for broken requests.
  response.once("close", () => record.end(response.writableFinished ? response.statusCode : null));
  return record;
}

function callOf(request: FastifyRequest): Call {
  const params: unknown = request.params;
  return readCall({
    method: request.method,
    url: request.url,
    contentType: request.headers["content-type"],
    authorization: request.headers.authorization,
    rawBody: typeof request.body === "string" ? request.body : "",
    params: isTexts(params) ? params : {},
  });
}

function isTexts(params: unknown): params is Record<string, string> {
  return typeof params === "object" && params !== null;
}
