import { createHash, scryptSync } from "node:crypto";
import { type AccountPlace, giveBackTry, lookUpSession, type SettingsAccount, takeTry } from "@volley/accounts";
import type { Logger } from "@volley/runtime";
import type { FastifyRequest } from "fastify";
import type { Who } from "../terms/route.ts";
import { isAuthorized } from "./authorize.ts";
import { readToken } from "./cookie.ts";
import { clientAddress, type Networks, readNetworks } from "./networks.ts";

/** By what people are known. */
export type IdentityOptions = {
  readonly user: string;
  readonly password: string | undefined;
  readonly readOnly: boolean;
  readonly proxyAddresses: readonly string[];
  readonly proxyUserHeader: string | undefined;
  readonly proxyOperators: readonly string[];
};

/** Who it is; nobody; or somebody who has tried too often and may try again in so many milliseconds. */
type Identified = { readonly who: Who } | { readonly waitMs: number } | null;

/** Says who sends a request. */
export type Identity = {
  readonly settings: SettingsAccount | null;
  readonly isSettingsPassword: (name: string, password: string) => boolean;
  readonly addressOf: (request: FastifyRequest) => string;
  /** @param isRequest - of a person, so that their session goes on for longer */
  readonly of: (request: FastifyRequest, isRequest?: boolean) => Promise<Identified>;
};

/** Right passwords that are remembered, so that not each request is a try. */
const MOST_KNOWN = 100;

const PROXY_NAME = /^[^\s\p{C}][^\p{C}]{0,127}$/u;

/** @param log - hears of wrong passwords; never which ones */
export function createIdentity(place: AccountPlace, options: IdentityOptions, log: Pick<Logger, "warn">): Identity {
  const proxies = readNetworks(options.proxyAddresses);
  const settings = settingsAccount(options);
  const known = new Set<string>();
  const { user, password } = options;
  const addressOf = (request: FastifyRequest): string => addressOfRequest(request, proxies);
  const isSettingsPassword = (name: string, given: string): boolean =>
    password !== undefined &&
    isAuthorized(`Basic ${Buffer.from(`${name}:${given}`).toString("base64")}`, { user, password });
  const byBasic = async (request: FastifyRequest): Promise<Identified> => {
    const { authorization } = request.headers;
    if (authorization === undefined || !/^Basic /i.test(authorization) || settings === null || password === undefined)
      return null;
    const who = { who: { name: settings.name, role: settings.role, by: "basic" } } as const;
    const digest = createHash("sha256").update(authorization).digest("hex");
    if (known.has(digest)) return who;
    const tried = { name: settings.name, address: addressOf(request) };
    const { waitMs, isLast } = await takeTry(place, tried);
    if (waitMs > 0) return { waitMs };
    if (!isAuthorized(authorization, { user, password })) {
      log.warn({ address: tried.address, isLast }, "a password was wrong");
      return null;
    }
    if (known.size < MOST_KNOWN) known.add(digest);
    await giveBackTry(place, tried);
    return who;
  };
  return {
    settings,
    isSettingsPassword,
    addressOf,
    of: async (request, isRequest = true) => {
      const byProxy = proxyUser(request, proxies, options);
      if (byProxy !== null) return { who: byProxy };
      const token = readToken(request.headers.cookie);
      const now = new Date();
      const found = token === undefined ? null : await lookUpSession(place, token, { now, isRequest, settings });
      return found === null ? byBasic(request) : { who: { name: found.name, role: found.role, by: "session" } };
    },
  };
}

function addressOfRequest({ socket, headers }: FastifyRequest, proxies: Networks): string {
  const forwarded = headers["x-forwarded-for"];
  return clientAddress(socket.remoteAddress ?? "", Array.isArray(forwarded) ? forwarded.join(",") : forwarded, proxies);
}

/** Whoever the proxy says, where it is the proxy that says it; a header of anybody else is nothing. */
function proxyUser({ socket, raw }: FastifyRequest, proxies: Networks, options: IdentityOptions): Who | null {
  const { proxyUserHeader: header, proxyOperators } = options;
  if (header === undefined || !proxies.has(socket.remoteAddress)) return null;
  // A proxy that adds its own header behind one of the client's has said two things.
  const [name, ...others] = raw.headersDistinct[header] ?? [];
  if (name === undefined || others.length > 0 || !PROXY_NAME.test(name)) return null;
  return { name, role: proxyOperators.includes(name) ? "operator" : "viewer", by: "proxy" };
}

/** Its sessions are proved by what only who knows the password can make: another password ends them. */
function settingsAccount({ user, password, readOnly }: IdentityOptions): SettingsAccount | null {
  if (password === undefined) return null;
  const proof = scryptSync(password, "volley board: sessions of the settings", 24).toString("hex");
  return { name: user, role: readOnly ? "viewer" : "operator", proof };
}
