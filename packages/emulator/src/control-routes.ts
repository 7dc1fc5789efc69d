import type { FastifyInstance } from "fastify";
import type { Emulator } from "./emulator.ts";
import { parseCallbackSettings } from "./callbacks/callback-settings.ts";
import { parseFault } from "./faults/fault.ts";
import { parseInbound } from "./inbounds/inbound.ts";
import type { NewInbound } from "./inbounds/inbound.ts";

/** Lists over HTTP are cut at this many entries unless `?limit=` says otherwise; `count` is always complete. */
const DEFAULT_LIMIT = 1_000;

/** Adds the same questions over HTTP that `Emulator` answers in the process, without authentication. */
export function addControlRoutes(app: FastifyInstance, emulator: Emulator): void {
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
  addInboundRoute(app, emulator);
  addTokenRoutes(app, emulator);
  addCallbackRoutes(app, emulator);
}

function addInboundRoute(app: FastifyInstance, emulator: Emulator): void {
  app.post("/emulator/inbounds", ({ body }, reply) => {
    const parsed = parseInbound(parseJson(body));
    if (!parsed.isInbound) return reply.code(400).send({ code: "invalid_inbound", problems: parsed.problems });
    try {
      return reply.code(201).send(emulator.receive({ ...parsed.inbound, plan: parsed.plan } as NewInbound));
    } catch (error) {
      return reply.code(400).send({ code: "invalid_inbound", problems: [String(error)] });
    }
  });
}

function addTokenRoutes(app: FastifyInstance, emulator: Emulator): void {
  app.get("/emulator/tokens", () => emulator.tokens());
  app.post("/emulator/tokens/expire", (_request, reply) => {
    emulator.expireTokens();
    return reply.code(204).send();
  });
}

function addCallbackRoutes(app: FastifyInstance, emulator: Emulator): void {
  app.get("/emulator/callbacks", () => emulator.callbacks());
  app.put("/emulator/callbacks", ({ body }, reply) => {
    const parsed = parseCallbackSettings(parseJson(body));
    if (!parsed.isValid) return reply.code(400).send({ code: "invalid_callbacks", problems: parsed.problems });
    emulator.setCallbacks(parsed.settings);
    return reply.code(204).send();
  });
}

function addFaultRoutes(app: FastifyInstance, { faults }: Emulator): void {
  app.get("/emulator/faults", () => ({ faults: faults.list() }));
  app.post("/emulator/faults", ({ body }, reply) => {
    const parsed = parseFault(parseJson(body));
    if (!parsed.isFault) return reply.code(400).send({ code: "invalid_fault", problems: parsed.problems });
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

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}
