import { isIP, isIPv6 } from "node:net";

import type { FastifyInstance } from "fastify";

import { errorCode } from "../terms/is-error.ts";
import { SettingsError } from "../settings/settings-error.ts";

/** Where a server listens. Port 0 takes a free one. */
export type ListenOptions = { port: number; host: string };

/** Where a server listens: `http://0.0.0.0:9090` for all addresses of the machine. */
export type Listening = { url: string; port: number };

/** What a person can do about each of the errors that an address itself causes. */
const ADVICE: Record<string, string> = {
  EADDRINUSE: "it is taken by another process; set VOLLEY_HTTP_PORT to a free port",
  EACCES: "this user may not open it; set VOLLEY_HTTP_PORT to a port above 1023",
  EADDRNOTAVAIL: "this machine has no such address; set VOLLEY_HTTP_HOST to one that it has",
  ENOTFOUND: "nobody knows a machine of that name; set VOLLEY_HTTP_HOST to an address that this one has",
};

/**
 * Lets a server listen.
 *
 * @throws SettingsError when the address cannot be used, naming the port and the variable to change
 */
export async function listen(server: FastifyInstance, { port, host }: ListenOptions): Promise<Listening> {
  try {
    await server.listen({ port, host });
    return listening(server.server.address());
  } catch (error) {
    const advice = ADVICE[errorCode(error) ?? ""];
    if (advice === undefined) throw error;
    // A name is not shown: it may be another setting in the wrong place.
    const where = isIP(host) ? `${host} port ${port}` : `port ${port}`;
    throw new SettingsError([`VOLLEY_HTTP_PORT: cannot listen on ${where}: ${advice}`], { cause: error });
  }
}

/** What the system says. Fastify would name one of the addresses where there are several. */
function listening(bound: ReturnType<FastifyInstance["server"]["address"]>): Listening {
  if (bound === null || typeof bound === "string") throw new TypeError("expected an address and a port, got neither");
  const { address, port } = bound;
  return { url: `http://${isIPv6(address) ? `[${address}]` : address}:${port}`, port };
}
