import { InvalidSendError } from "@volley/contract";
import { ProducerError } from "@volley/producer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Refusal, refuse } from "../guard/refusals.ts";
import { shell, type Viewer } from "../html/shell.ts";
import { ASSETS } from "../html/assets.ts";
import { callOf } from "../guard/call-of.ts";
import { type Answer, type Doors, Refused, type Route } from "../terms/route.ts";

/** A form of ours has a few short fields. */
const FORM_LIMIT = 64 * 1024;

/** How errors of the producer are answered; whatever else they are is a 409: it is not as the page has said. */
const STATUSES: Readonly<Record<string, number>> = {
  VOLLEY_REDIS_UNAVAILABLE: 503,
  VOLLEY_REDIS_REFUSED: 503,
  VOLLEY_REDIS_FULL: 503,
  VOLLEY_UNKNOWN_SEND: 404,
  VOLLEY_UNKNOWN_ENDPOINT: 404,
  VOLLEY_INVALID_CURSOR: 400,
  VOLLEY_INVALID_REGION: 404,
  VOLLEY_INVALID_LIMIT: 400,
};

/** Reads forms as browsers send them. */
export function readForms(server: FastifyInstance): void {
  const type = "application/x-www-form-urlencoded";
  server.addContentTypeParser(type, { parseAs: "string", bodyLimit: FORM_LIMIT }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
}

/** Adds pages and actions. Who may use them the guard has seen to. */
export function addRoutes(server: FastifyInstance, routes: readonly Route[], doors: Doors): void {
  for (const [path, { type, text }] of ASSETS) server.get(path, async (_request, reply) => reply.type(type).send(text));
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const answer = await answerOf(route, request, doors);
        return answer instanceof Error ? fail(request, reply, { error: answer, doors }) : show(request, reply, answer);
      },
    });
  }
}

async function answerOf(route: Route, request: FastifyRequest, doors: Doors): Promise<Answer | Error> {
  try {
    return await route.handle(callOf(request), doors);
  } catch (error) {
    return error instanceof Error ? error : new Error("no error");
  }
}

function viewerOf({ who }: FastifyRequest): Viewer {
  return who && { name: who.name, role: who.role, canSignOut: who.by === "session" };
}

async function show(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<unknown> {
  if ("to" in answer) return reply.redirect(answer.to, 303);
  const page = shell(answer.page, viewerOf(request), request.url);
  return reply
    .code(answer.status ?? 200)
    .type("text/html; charset=utf-8")
    .send(page);
}

async function fail(
  request: FastifyRequest,
  reply: FastifyReply,
  { error, doors }: { readonly error: Error; readonly doors: Pick<Doors, "log"> },
): Promise<void> {
  const refusal = refusalOf(error);
  if (refusal.status >= 500) doors.log.warn({ err: error, route: request.routeOptions.url }, "a page failed");
  await refuse(request, reply, refusal, viewerOf(request));
}

/** What an error says may hold what was typed, unless it is one of ours. */
function refusalOf(error: Error): Refusal {
  if (error instanceof Refused) return { status: error.status, sentence: error.message };
  if (error instanceof ProducerError) {
    return { status: STATUSES[error.code] ?? 409, sentence: `${error.message} (${error.code})` };
  }
  if (error instanceof InvalidSendError) {
    const sentence = error.problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
    return { status: 409, sentence };
  }
  return { status: 500, sentence: "This cannot be shown: the log of the board says what went wrong." };
}
