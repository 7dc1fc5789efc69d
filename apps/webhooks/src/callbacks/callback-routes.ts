import { referredSend } from "@volley/contract";
import { type Callback, readCallback, type Writer } from "@volley/receipts";
import type { Logger } from "@volley/runtime";
import { type Carrier, failed, inSpan, type Span } from "@volley/tracing";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "../proof/authenticate.ts";
import type { CallbackRegion } from "../settings/callback-settings.ts";
import { createOnceLog } from "./once-log.ts";
import { readBody } from "./read-body.ts";
import type { CallbackAnswer, WebhooksMetrics } from "./webhooks-metrics.ts";

/** What the routes work with. */
export type CallbackRoutes = {
  readonly regions: readonly CallbackRegion[];
  readonly maxAgeS: number;
  /** Of a region: what is told of it is kept in its Redis. */
  readonly writerOf: (region: string) => Writer;
  /** Resolves once what a callback may have changed for all is in the Redis of every region; rejects where it is not. */
  readonly carried: (region: string, callback: Callback) => Promise<void>;
  /** Of a send: it is told of in the trace of whoever sent. */
  readonly traceOf: (send: { readonly id: unknown; readonly region: string }) => Promise<Carrier | null>;
  readonly metrics: WebhooksMetrics;
  readonly log: Logger;
};

/** What is said to the provider. 4xx is its last try: never for a trouble of ours, nor for what we do not know yet. */
const STATUS: Record<CallbackAnswer, number> = {
  taken: 200,
  unknown_kind: 200,
  unreadable: 400,
  failed: 503,
  too_many: 503,
  nothing: 401,
  wrong_token: 401,
  wrong_password: 401,
  wrong_signature: 401,
  too_old: 401,
};

/** More than these are not kept waiting: the provider tries again. */
const MOST_PENDING = 10_000;

/** Some programs begin a text with it. JSON has none. */
const BYTE_ORDER_MARK = 0xfeff;

type Path = { readonly region: string; readonly token?: string };

/** Adds the routes that the provider calls back. */
export function addCallbackRoutes(server: FastifyInstance, routes: CallbackRoutes): void {
  // A signature is of bytes. What they are said to be does not matter, and must not be answered with 415.
  server.removeAllContentTypeParsers();
  server.addHook("onRequest", ({ headers }, _reply, done) => {
    headers["content-type"] = "application/octet-stream";
    done();
  });
  server.addContentTypeParser("*", (_request, payload, done) => readBody(payload, done));
  const regions = new Map(routes.regions.map((region) => [region.name, region]));
  const taking = { ...routes, once: createOnceLog(routes.log) };
  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    const { region: name, token } = request.params as Path;
    const region = regions.get(name);
    if (region === undefined) {
      // A region that this process is to be told of, perhaps: the callback is not lost for that.
      taking.once.warn("no region", {}, "a callback for a region that is not in VOLLEY_REGIONS");
      reply.code(503);
      return { code: "unknown_region" };
    }
    const startedAt = performance.now();
    // A path that ends with a slash has no token, and one may have been set up so.
    const answer = await answerTo(request, token || undefined, region, taking);
    routes.metrics.answered(name, answer, (performance.now() - startedAt) / 1_000);
    reply.code(STATUS[answer]);
    return STATUS[answer] === 200 ? {} : { code: answer };
  };
  server.post("/v1/callbacks/:region", take);
  server.post("/v1/callbacks/:region/:token", take);
}

type Taking = CallbackRoutes & { readonly once: ReturnType<typeof createOnceLog> };

async function answerTo(
  request: FastifyRequest,
  token: string | undefined,
  region: CallbackRegion,
  taking: Taking,
): Promise<CallbackAnswer> {
  const { maxAgeS, log, once } = taking;
  const writer = taking.writerOf(region.name);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const who = authenticate(region, { headers: request.headers, body, token }, { maxAgeS, now: new Date() });
  if (!who.isGood) {
    once.warn(`${region.name} ${who.reason}`, { region: region.name, reason: who.reason }, "a callback was refused");
    return who.reason;
  }
  const callback = parse(body);
  if (callback.kind === "unreadable" || callback.kind === "unknown") {
    once.warn(
      `${region.name} ${callback.kind}`,
      { region: region.name, kind: callback.kind },
      "a callback tells nothing",
    );
    return callback.kind === "unknown" ? "unknown_kind" : "unreadable";
  }
  if (writer.pending() >= MOST_PENDING) return "too_many";
  const nonce = who.signature && { nonce: { value: who.signature.nonce, signedAt: who.signature.signedAt } };
  return traced(region.name, callback, taking, async (span) => {
    try {
      const endings = await writer.write({ region: region.name, callback, ...nonce });
      await taking.carried(region.name, callback);
      taking.metrics.written(region.name, callback.kind, endings);
      if (endings.includes("different")) sayDifferent(log, region.name, callback);
      return "taken";
    } catch (error) {
      failed(span, error);
      once.warn("failed", { err: error }, "a callback could not be written down; the provider tries again");
      return "failed";
    }
  });
}

/** Takes a callback within a span that goes on with the trace of its send: the provider does not say which. */
async function traced(
  region: string,
  callback: Callback,
  { traceOf }: Taking,
  take: (span: Span) => Promise<CallbackAnswer>,
): Promise<CallbackAnswer> {
  const send = "reference" in callback ? referredSend(callback.reference) : null;
  const parent = send && (await traceOf({ id: send.id, region }));
  const attributes = {
    "http.request.method": "POST",
    "http.route": "/v1/callbacks/{region}",
    "volley.region": region,
    "volley.callback": callback.kind,
  };
  return inSpan({ name: "POST /v1/callbacks/{region}", kind: "server", attributes, parent }, take);
}

function parse(body: Buffer): Callback {
  try {
    const text = body.toString("utf8");
    return readCallback(JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text));
  } catch {
    return { kind: "unreadable" };
  }
}

function sayDifferent(log: Logger, region: string, callback: Callback): void {
  const batchId = "batchId" in callback ? callback.batchId : null;
  log.warn({ region, batchId }, "the provider reports another end than before, which stays");
}
