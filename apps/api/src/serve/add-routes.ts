import { failed, inSpan, readCarrier } from "@volley/tracing";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { countRequest } from "../guard/count-request.ts";
import type { KeyBook } from "../guard/key-book.ts";
import { requireKey, requireScope } from "../guard/require-key.ts";
import { invalid } from "../problems/issues.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import type { Answer, Doors, Route } from "../terms/route.ts";
import type { ApiKey } from "@volley/keys";

/** What stands before every route. */
export type Guard = {
  readonly book: KeyBook;
  /** Hears that a key is used. */
  readonly noteUse: (id: string) => void;
};

declare module "fastify" {
  interface FastifyRequest {
    /** Whose request it is, once that is known. */
    apiKey: ApiKey | null;
  }
}

/** In bytes. What is parsed at once keeps everybody waiting: more is streamed. */
const JSON_LIMIT = 1024 * 1024;

/** Adds routes, each behind its key, its scope and the key's limit of requests. */
export function addRoutes(
  server: FastifyInstance,
  routes: readonly Route[],
  guard: Guard & { readonly doors: Doors },
): void {
  server.decorateRequest("apiKey", null);
  for (const route of routes) {
    server.route({
      method: route.method,
      url: patternOf(route),
      bodyLimit: JSON_LIMIT,
      // Before the body is read: who has no key uploads nothing.
      onRequest: async (request, reply) => {
        const key = await requireKey(request.headers.authorization, guard.book);
        request.apiKey = key;
        guard.noteUse(key.id);
        reply.headers(await countRequest(key, guard.doors.producer.keys));
        requireScope(key, route.scope);
        requireOnce(route, request.raw);
      },
      handler: async (request, reply) =>
        answer(reply, await traced(route, request, async () => run(route, request, { guard, gone: goneOf(reply) }))),
    });
  }
}

/** Answers within a span that goes on with the caller's trace. */
async function traced(route: Route, { headers }: FastifyRequest, work: () => Promise<Answer>): Promise<Answer> {
  const attributes = { "http.request.method": route.method, "http.route": route.path };
  const name = `${route.method} ${route.path}`;
  return inSpan({ name, kind: "server", attributes, parent: readCarrier(headers) }, async (span) => {
    const answered = await work();
    span.setAttribute("http.response.status_code", answered.status);
    if (answered.status >= 500) failed(span, String(answered.status));
    return answered;
  });
}

/** Several headers of one name are joined to another value. @throws ApiProblem `invalid_request` */
function requireOnce({ headers = {} }: Route, { headersDistinct }: IncomingMessage): void {
  const repeated = Object.keys(headers).filter((name) => (headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
  if (repeated.length === 0) return;
  throw invalid(repeated.map((name) => ({ pointer: `/${name}`, in: "header", detail: "expected it once" })));
}

/** The path as the framework writes it: `/v1/sends/:id`. */
function patternOf({ path }: Pick<Route, "path">): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

type Given = { readonly guard: Guard & { readonly doors: Doors }; readonly gone: AbortSignal };

async function run(route: Route, request: FastifyRequest, { guard, gone }: Given): Promise<Answer> {
  const { params, query, body, headers, apiKey: key, id: requestId } = request;
  if (key === null) throw new TypeError("expected a request whose key was found, got one without");
  const isStream = body instanceof Readable;
  const stream = isStream ? { type: mediaType(headers["content-type"]), body } : null;
  // It was read for another route.
  if (stream !== null && !Object.hasOwn(route.body?.streams ?? {}, stream.type)) throw otherType();
  const requireKeyStill = async (): Promise<void> => void (await requireKey(headers.authorization, guard.book));
  const raw = {
    params,
    query,
    body: isStream ? undefined : body,
    stream,
    headers,
    key,
    requestId,
    requireKeyStill,
    gone,
  };
  return route.run(raw, guard.doors);
}

/** Made once: each request aborts, and what is made by default has a stack. */
const GONE = new Error("the caller is gone");

/** Aborts when the caller is gone, or has the whole answer: one to HEAD ends before the stream that it leaves out. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (raw.closed) gone.abort(GONE);
  raw.once("close", () => gone.abort(GONE));
  return gone.signal;
}

function otherType(): ApiProblem {
  return new ApiProblem("unsupported_media_type", "expected the header Content-Type: application/json");
}

function mediaType(header = ""): string {
  return (header.split(";")[0] ?? "").trim().toLowerCase();
}

function answer(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers({ "cache-control": "no-store", ...headers });
  return reply.send(body);
}
