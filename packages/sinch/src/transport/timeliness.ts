import { AsyncLocalStorage } from "node:async_hooks";
import type { Agent as HttpAgent, ClientRequest } from "node:http";
import type { Duplex } from "node:stream";

/** The time by which a request has to be written. */
type WriteWindow = {
  /** Runs work; each request that it begins is written in time or not at all. */
  readonly run: <T>(work: () => T) => T;
  /** Whether a request was stopped because it was too late. */
  readonly isMissed: () => boolean;
};

/** Makes requests stop where they would be written too late. */
export type Timeliness = {
  readonly until: (notAfter: Date) => WriteWindow;
  /** The question whether it is too late for the request that is being made now, to be asked when its connection stands. */
  readonly lateness: () => () => boolean;
  /** Watches the connections of an agent. */
  readonly watch: <A extends HttpAgent>(agent: A) => A;
};

type Deadline = { readonly notAfterMs: number; isMissed: boolean };

type Connect = (options: object, done?: (error: Error | null, socket: Duplex) => void) => Duplex | undefined;

/**
 * A process can be frozen at any instruction: by SIGSTOP, by a machine that moves, by swap. When it thaws it goes on
 * where it was, and would write a request that another worker has long taken over. So the clock is looked at once more
 * at the last moment that Node lets anybody in: when a kept connection takes the request over, and when a new one
 * stands. Between that look and the write nothing waits; what is left is a few microseconds.
 */
export function createTimeliness(now: () => number = Date.now): Timeliness {
  const deadlines = new AsyncLocalStorage<Deadline>();
  const isLate = (deadline: Deadline | undefined): boolean => {
    if (deadline === undefined || now() <= deadline.notAfterMs) return false;
    // Said here and not read from the error: Node's versions differ in which error comes out of a destroyed socket.
    deadline.isMissed = true;
    return true;
  };
  const stopIfLate = (deadline: Deadline | undefined, request: { destroy: (error: Error) => unknown }): void => {
    if (isLate(deadline)) request.destroy(new Error("too late to be written"));
  };
  return {
    until: (notAfter) => {
      const deadline = { notAfterMs: notAfter.getTime(), isMissed: false };
      return { run: (work) => deadlines.run(deadline, work), isMissed: () => deadline.isMissed };
    },
    lateness: () => {
      const deadline = deadlines.getStore();
      return () => isLate(deadline);
    },
    watch: (agent) => {
      const reuse = agent.reuseSocket.bind(agent);
      agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
        reuse(socket, request);
        stopIfLate(deadlines.getStore(), request);
      };
      const connect = Reflect.get(agent, "createConnection") as Connect;
      Reflect.set(agent, "createConnection", (...[options, done]: Parameters<Connect>) => {
        const deadline = deadlines.getStore();
        const socket = connect.call(agent, options, done);
        // Registered before Node's own: what is buffered is written by a later listener of the same event.
        socket?.once("connect", () => stopIfLate(deadline, socket));
        // TLS keeps the request back until it trusts the server, and says so before it lets it go.
        socket?.once("secureConnect", () => stopIfLate(deadline, socket));
        return socket;
      });
      return agent;
    },
  };
}
