import { countAccounts, type AccountPlace } from "@volley/accounts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Allowed, Who } from "../terms/route.ts";
import { isCrossSite } from "./cross-site.ts";
import { WHO_HEADERS } from "./who-headers.ts";
import type { Identity } from "./identify.ts";
import { refuse, type Refusal, wantsPage } from "./refusals.ts";
import { ownHeaders, withoutWhatIsElsewhere } from "./security-headers.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends it, once that is known; `null` on open routes. */
    who: Who | null;
  }
}

/** What the guard goes by. */
export type GuardOptions = {
  readonly accounts: AccountPlace;
  readonly identity: Identity;
  /** Who may use a route; nothing for one that is not in the table, which nobody may. */
  readonly allowedOn: (method: string, url: string) => Allowed | undefined;
  readonly isConnected: () => Promise<boolean>;
};

const READING_METHODS = new Set(["GET", "HEAD"]);

const AWAY = { status: 503, sentence: "Redis is not connected: the board shows itself again when it is." };

/**
 * Stands before every path of a server. A route that is not in the table of routes and roles cannot even be added; nothing is
 * answered to whoever is not signed in but what is open to all; nothing that changes something is taken from another site, and
 * from nobody but those whose role the table names.
 */
export function guard(server: FastifyInstance, options: GuardOptions): void {
  server.decorateRequest("who", null);
  server.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) {
      if (options.allowedOn(each, url) === undefined) throw new Error(`${each} ${url} is not in the table of roles`);
    }
  });
  server.addHook("onRequest", async (request, reply) => {
    const refusal = await whatIsWrong(request, options);
    if (refusal === undefined) return;
    if (typeof refusal === "string") return reply.redirect(refusal, 303);
    const viewer = request.who && { ...request.who, canSignOut: request.who.by === "session" };
    await refuse(request, reply, refusal, viewer);
    return reply;
  });
  server.addHook("onSend", async (request, reply, payload) => {
    reply.headers(ownHeaders(request.routeOptions.url ?? ""));
    return typeof payload === "string" ? withoutWhatIsElsewhere(request, reply, payload) : payload;
  });
}

/** @returns where to go in place of an answer, or why there is none */
async function whatIsWrong(request: FastifyRequest, options: GuardOptions): Promise<Refusal | string | undefined> {
  // The route that was found, not the URL that was written: no spelling of another path passes for an open one.
  const { url } = request.routeOptions;
  const allowed = url === undefined ? "viewer" : options.allowedOn(request.method, url);
  if (!READING_METHODS.has(request.method) && isCrossSite(request.headers)) {
    return { status: 403, sentence: "This request came from another site." };
  }
  if (allowed === "open") return undefined;
  if (!(await options.isConnected())) return AWAY;
  const found = await options.identity.of(request).catch(() => "away" as const);
  if (found === "away") return AWAY;
  if (found === null) return whoAreYou(request, options);
  if ("waitMs" in found) return tooMany(found.waitMs);
  request.who = found.who;
  // bull-board passes these on to whoever writes down what is changed; a client's own go.
  Object.assign(request.headers, { [WHO_HEADERS.name]: found.who.name, [WHO_HEADERS.role]: found.who.role });
  return allowed === found.who.role || allowed === "viewer" ? undefined : notFor(found.who);
}

/** @returns where to sign in, for whoever looks at a page */
async function whoAreYou(request: FastifyRequest, { accounts, identity }: GuardOptions): Promise<Refusal | string> {
  const isLocked = identity.settings === null && (await countAccounts(accounts)) === 0;
  if (isLocked) {
    const how = "add one with `volley board user add <name> --role operator`, or set VOLLEY_BOARD_PASSWORD";
    return { status: 403, sentence: `This board is locked, for there is no account: ${how}.` };
  }
  const isBrowser = request.headers["sec-fetch-site"] !== undefined;
  if (READING_METHODS.has(request.method) && wantsPage(request) && request.headers.authorization === undefined) {
    return `/sign-in?to=${encodeURIComponent(request.url)}`;
  }
  const challenge = { "www-authenticate": 'Basic realm="Volley", charset="UTF-8"' };
  return { status: 401, sentence: "Sign in first.", ...(!isBrowser && { headers: challenge }) };
}

export function tooMany(waitMs: number): Refusal {
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
  const sentence = `Too many wrong passwords: try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
  return { status: 429, sentence, headers: { "retry-after": String(Math.ceil(waitMs / 1_000)) } };
}

function notFor({ by }: Who): Refusal {
  if (by === "session" || by === "proxy")
    return { status: 403, sentence: "Only an operator may do that; you are a viewer." };
  const sentence = "This account is read-only: set VOLLEY_BOARD_READ_ONLY=false, or sign in as an operator.";
  return { status: 405, sentence };
}
