import type { FastifyInstance, FastifyReply } from "fastify";
import type { Emulation } from "../emulation/emulation.ts";
import type { Emulator } from "../emulation/emulator.ts";
import { parseCallbackSettings } from "../callbacks/callback-settings.ts";
import { parseFault } from "../faults/fault.ts";
import { receiveInbound } from "../emulation/receive-inbound.ts";
import { parseJson } from "../values/parse-json.ts";
import type { ParsedJson } from "../values/parse-json.ts";

/** Lists over HTTP are cut at this many entries unless `?limit=` says otherwise; `count` is always complete. */
const DEFAULT_LIMIT = 1_000;

/** Adds the same questions over HTTP that `Emulator` answers in the process, without authentication. */
export function addControlRoutes(app: FastifyInstance, emulator: Emulator, emulation: Emulation): void {
  app.get("/livez", () => ({ status: "ok" }));
  app.get("/emulator/stats", () => emulator.stats());
  app.get<{ Params: { number: string } }>("/emulator/recipients/:number", ({ params }) => ({
    times: emulator.timesTexted(params.number),
    texts: emulator.textsTo(params.number),
  }));
  app.get<{ Querystring: Page }>("/emulator/batches", ({ query }) => {
    const batches = emulator.batches();
    return { count: batches.length, batches: cut(batches, query) };
  });
  app.get<{ Querystring: Page }>("/emulator/requests", ({ query }) => {
    const requests = emulator.requests();
    return { count: requests.length, requests: cut(requests, query) };
  });
  app.post("/emulator/reset", (_request, reply) => {
    emulator.reset();
    return reply.code(204).send();
  });
  addFaultRoutes(app, emulator);
  addInboundRoutes(app, emulator, emulation);
  addTokenRoutes(app, emulator);
  addCallbackRoutes(app, emulator, emulation);
}

function addInboundRoutes(app: FastifyInstance, emulator: Emulator, emulation: Emulation): void {
  app.get<{ Querystring: Page }>("/emulator/inbounds", ({ query }) => {
    const inbounds = emulator.inbounds();
    return { count: inbounds.length, inbounds: cut(inbounds, query) };
  });
  app.post("/emulator/inbounds", ({ body }, reply) => {
    const json = readJson(body);
    if (!json.isJson) return refuse(reply, "invalid_inbound", [json.problem]);
    const received = receiveInbound(emulation, json.value);
    if (!received.isReceived) return refuse(reply, "invalid_inbound", received.problems);
    return reply.code(201).send(received.inbound);
  });
}

function addTokenRoutes(app: FastifyInstance, emulator: Emulator): void {
  app.get("/emulator/tokens", () => emulator.tokens());
  app.post("/emulator/tokens/expire", (_request, reply) => {
    emulator.expireTokens();
    return reply.code(204).send();
  });
}

function addCallbackRoutes(app: FastifyInstance, emulator: Emulator, { credentials }: Emulation): void {
  app.get("/emulator/callbacks", () => emulator.callbacks());
  app.put("/emulator/callbacks", ({ body }, reply) => {
    const json = readJson(body);
    if (!json.isJson) return refuse(reply, "invalid_callbacks", [json.problem]);
    const parsed = parseCallbackSettings(json.value, credentials.names());
    if (!parsed.isValid) return refuse(reply, "invalid_callbacks", parsed.problems);
    emulator.setCallbacks(parsed.settings, parsed.plan);
    return reply.code(204).send();
  });
}

function addFaultRoutes(app: FastifyInstance, { faults }: Emulator): void {
  app.get("/emulator/faults", () => ({ faults: faults.list() }));
  app.post("/emulator/faults", ({ body }, reply) => {
    const json = readJson(body);
    if (!json.isJson) return refuse(reply, "invalid_fault", [json.problem]);
    const parsed = parseFault(json.value);
    if (!parsed.isFault) return refuse(reply, "invalid_fault", parsed.problems);
    return reply.code(201).send({ id: faults.add(parsed.fault) });
  });
  app.delete("/emulator/faults", (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>("/emulator/faults/:id", ({ params }, reply) =>
    reply.code(faults.remove(params.id) ? 204 : 404).send(),
  );
}

interface Page {
  readonly offset?: string;
  readonly limit?: string;
}

function cut<Entry>(entries: readonly Entry[], { offset, limit }: Page): Entry[] {
  const start = Number(offset ?? 0) || 0;
  return entries.slice(start, start + (Number(limit ?? DEFAULT_LIMIT) || 0));
}

/** A request without a body has none that is text. */
function readJson(body: unknown): ParsedJson {
  return parseJson(typeof body === "string" ? body : "");
}

function refuse(reply: FastifyReply, code: string, problems: readonly string[]): FastifyReply {
  return reply.code(400).send({ code, problems });
}
