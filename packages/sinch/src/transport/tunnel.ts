import type { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import type { Timeliness } from "./timeliness.ts";

type Done = (error: Error | null, socket?: Duplex) => void;

type Connect = (options: object, done: (error: Error | null, socket: Duplex | null) => void) => void;

/**
 * Makes an agent of hpagent hand a connection over only when it stands to its far end, with TLS where that is asked for.
 * Whether a request was written can then be told from whether it got a connection at all: got's own times know nothing
 * of a handshake inside of a tunnel, and would call a request unwritten that was read.
 *
 * @param connectMs - the longest that the proxy may take, and then the handshake
 */
export function handOverStanding<A extends HttpAgent>(agent: A, timeliness: Timeliness, connectMs: number): A {
  const connect = Reflect.get(agent, "createConnection") as Connect;
  Reflect.set(agent, "createConnection", (options: object, done: Done) => {
    const isLate = timeliness.lateness();
    const handOver = (error: Error | null, socket: Duplex): void => {
      const trouble = error ?? (isLate() ? new Error("too late to be written") : null);
      if (trouble === null) return done(null, socket);
      socket.destroy();
      done(trouble);
    };
    connect.call(agent, { ...options, timeout: connectMs }, (error, socket) => {
      if (socket === null) return done(ofProxy(error ?? new Error("no connection")));
      // From here on somebody always listens: an error that nobody hears would end the process.
      socket.on("error", () => {});
      // The connection to the proxy may be TLS of its own, which says nothing about what is in the tunnel.
      if (!(agent instanceof HttpsAgent)) return handOver(null, socket);
      whenSecure(socket, connectMs, (failed) => handOver(failed, socket));
    });
  });
  return agent;
}

const proxyErrors = new WeakSet<object>();

/** Whether an error, or the one that it comes of, is about the proxy and not about what is behind it. */
export function isOfProxy(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  return proxyErrors.has(error) || ("cause" in error && isOfProxy(error.cause));
}

function ofProxy(error: Error): Error {
  proxyErrors.add(error);
  return withCode(error);
}

/** hpagent says in words what a proxy answered; only a code leaves the transport. */
function withCode(error: Error): Error {
  return "code" in error ? error : Object.assign(error, { code: "EPROXY" });
}

function whenSecure(socket: Duplex, timeoutMs: number, done: (error: Error | null) => void): void {
  const end = (error: Error | null): void => {
    clearTimeout(timer);
    socket.off("secureConnect", onSecure).off("error", end).off("close", onClose);
    done(error);
  };
  const onSecure = (): void => end(null);
  const onClose = (): void => end(withCode(new Error("closed in the handshake")));
  const timer = setTimeout(() => end(withCode(new Error("no handshake in time"))), timeoutMs);
  socket.once("secureConnect", onSecure).once("error", end).once("close", onClose);
}
