import type { Agent as HttpAgent, ClientRequest } from "node:http";
import type { Duplex } from "node:stream";

/** The time by which a request has to be written. */
type WriteWindow = {
  /** An agent for this one request, which is written in time or not at all. */
  readonly over: <A extends HttpAgent>(agent: A) => A;
  /** Whether the request was stopped because it was too late. */
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

/** What Node's agents have and its types do not tell. */
type Inside = {
  addRequest: (request: ClientRequest, ...rest: unknown[]) => void;
  createSocket: (request: ClientRequest, ...rest: unknown[]) => void;
  createConnection: (options: object, done?: (error: Error | null, socket: Duplex) => void) => Duplex | undefined;
};

/**
 * A process can be frozen at any instruction: by SIGSTOP, by a machine that moves, by swap. When it thaws it goes on
 * where it was, and would write a request that another worker has long taken over. So the clock is looked at once more
 * at the last moment that Node lets anybody in: when a kept connection takes the request over, and when a new one
 * stands. Between that look and the write nothing waits; what is left is a few microseconds.
 *
 * A deadline travels with an agent that is made for its request alone and hands it on to the shared one. An
 * `AsyncLocalStorage` could carry it, too, but in Node 20 that slows down every promise of the process: it cost a
 * worker 7 % of its time (profile in docs/performance.md).
 */
export function createTimeliness(now: () => number = Date.now): Timeliness {
  const deadlines = new WeakMap<ClientRequest, Deadline>();
  /** Of the request for which a connection is being made: Node makes it without letting anybody in between. */
  let connecting: Deadline | undefined;
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
      return {
        over: (agent) => handOn(agent, (request) => deadlines.set(request, deadline)),
        isMissed: () => deadline.isMissed,
      };
    },
    lateness: () => {
      const deadline = connecting;
      return () => isLate(deadline);
    },
    watch: (agent) => {
      const inside = agent as unknown as Inside;
      const reuseSocket = agent.reuseSocket.bind(agent);
      const createSocket = inside.createSocket.bind(agent);
      const createConnection = inside.createConnection.bind(agent);
      agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
        reuseSocket(socket, request);
        stopIfLate(deadlines.get(request), request);
      };
      inside.createSocket = (request, ...rest) => {
        connecting = deadlines.get(request);
        createSocket(request, ...rest);
        connecting = undefined;
      };
      inside.createConnection = (options, done) => {
        const deadline = connecting;
        const socket = createConnection(options, done);
        // Registered before Node's own: what is buffered is written by a later listener of the same event.
        socket?.once("connect", () => stopIfLate(deadline, socket));
        // TLS keeps the request back until it trusts the server, and says so before it lets it go.
        socket?.once("secureConnect", () => stopIfLate(deadline, socket));
        return socket;
      };
      return agent;
    },
  };
}

/** An agent that is another one in everything, but tells of the request that it is given. */
function handOn<A extends HttpAgent>(agent: A, tell: (request: ClientRequest) => void): A {
  const addRequest: Inside["addRequest"] = (request, ...rest) => {
    tell(request);
    (agent as unknown as Inside).addRequest(request, ...rest);
  };
  return Object.create(agent, { addRequest: { value: addRequest } }) as A;
}
