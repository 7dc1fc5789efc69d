import helmet from "@fastify/helmet";
import type { Logger } from "@volley/runtime";
import { fastify, type FastifyInstance, type FastifyReply } from "fastify";
import { answerConnection, answerProblem } from "../http/answer-problem.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import { readBodies } from "../http/read-bodies.ts";
import { requestIdOf } from "../http/request-id.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import type { Route } from "../terms/route.ts";

/** What a server writes down. */
export type Written = { readonly log: Logger; readonly metrics: ApiMetrics };

/** Characters of an ID in a path; more are answered with 404. */
const LONGEST_PARAMETER = 1_000;

/** Nobody keeps a connection that says nothing for so long, in milliseconds; a cancellation waits for a worker for a minute. */
const SILENT_MS = 120_000;

const HEADERS_MS = 10_000;

/** Paths that Kubernetes and Prometheus ask again and again. */
const UNLOGGED: ReadonlySet<string> = new Set(["/livez", "/readyz", "/metrics"]);

/** Creates a server that answers problems, names every request and writes it down; nothing of a route is in it yet. */
export async function createServer(routes: readonly Route[], written: Written): Promise<FastifyInstance> {
  const { log } = written;
  const server = fastify({
    // What is in hand is finished.
    forceCloseConnections: "idle",
    return503OnClosing: false,
    connectionTimeout: SILENT_MS,
    // An upload may take as long as it likes while something of it comes.
    requestTimeout: 0,
    // One without Host is answered like everything else that is wrong.
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: 1_000, requireHostHeader: false },
    genReqId: requestIdOf,
    clientErrorHandler: answerConnection,
    frameworkErrors: (error, request, reply: FastifyReply) => void answerProblem(error, request, reply, log),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  // Nothing here is a page; the one that is has a policy of its own.
  const policy = { useDefaults: false, directives: { "default-src": ["'none'"], "frame-ancestors": ["'none'"] } };
  await server.register(helmet, { contentSecurityPolicy: policy });
  server.decorateRequest("problemCode", null);
  readBodies(server, routes);
  askForBodies(server);
  server.addHook("onRequest", (request, reply, done) => {
    reply.header("request-id", request.id);
    const { raw } = request;
    if (raw.headers.host === undefined && raw.httpVersion === "1.1") {
      return done(new ApiProblem("malformed_request", "expected the header Host"));
    }
    // Before a body is read, which nobody wants.
    return done(request.is404 ? notFound(request.method, request.url, routes) : undefined);
  });
  server.addHook("onResponse", (request, reply, done) => {
    writeDown(request, reply, written);
    done();
  });
  server.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, log));
  server.setNotFoundHandler((request) => {
    throw notFound(request.method, request.url, routes);
  });
  return server;
}

/** Who waits to be told that a body is wanted is told so when the key is found good, and not before. */
function askForBodies(server: FastifyInstance): void {
  server.server.on("checkContinue", (request, response) => server.routing(request, response));
  // Nobody has to know what else is expected (RFC 9110, 10.1.1).
  server.server.on("checkExpectation", (request, response) => server.routing(request, response));
  server.addHook("preParsing", (request, reply, payload, done) => {
    if (/^100-continue$/i.test(request.headers.expect ?? "")) reply.raw.writeContinue();
    done(null, payload);
  });
}

function writeDown(request: FastifyReply["request"], reply: FastifyReply, { log, metrics }: Written): void {
  // The pattern and not the path: that may hold anything.
  const route = request.routeOptions.url ?? "unknown";
  const ms = Math.round(reply.elapsedTime);
  metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
  if (UNLOGGED.has(route)) return;
  const { method, id: requestId, problemCode } = request;
  const line = { method, route, status: reply.statusCode, ms, requestId, keyId: request.apiKey?.id };
  log.info({ ...line, ...(problemCode && { code: problemCode }) }, "request");
}

/** What is said of a path or a method that there is not. */
function notFound(method: string, url: string, routes: readonly Route[]): ApiProblem {
  const path = url.split("?")[0] ?? "";
  const allowed = routes.filter((route) => shapeOf(route.path).test(path)).map((route) => route.method);
  if (allowed.length === 0)
    return new ApiProblem("not_found", "expected one of the paths of the document: /openapi.json");
  const allow = [...new Set(allowed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])))].join(", ");
  return new ApiProblem(
    "method_not_allowed",
    `expected ${allow}, got ${/^[A-Z]{1,20}$/.test(method) ? method : "another one"}`,
    {
      headers: { allow },
    },
  );
}

function shapeOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
