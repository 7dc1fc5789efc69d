import type { Agent as HttpAgent, ClientRequest } from "node:http";
import type { Duplex } from "node:stream";

/** The time by which a request has to be written. */
type WriteWindow = {
  /** Makes the one request that is written in time or not at all, over an agent that is watched. */
  readonly making: <R>(make: () => R) => R;
  /** Whether it is too late now; the request counts as stopped then. */
  readonly isLate: () => boolean;
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

/** What is known about requests on their way. */
type UnderWay = {
  readonly deadlines: WeakMap<ClientRequest, Deadline>;
  /** Of the request that is being made. Nobody is let in between. */
  making: Deadline | undefined;
  /** Of the request for which a connection is being made. Nobody is let in between. */
  connecting: Deadline | undefined;
};

type StopIfLate = (deadline: Deadline | undefined, request: { destroy: (error: Error) => unknown }) => void;

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
 * A request finds its deadline because Node gives it to its agent before the call that makes it returns. An
 * `AsyncLocalStorage` could carry it, too, but in Node 20 that slows down every promise of the process: it cost a
 * worker 7 % of its time (profile in docs/performance.md).
 */
export function createTimeliness(now: () => number = Date.now): Timeliness {
  const underWay: UnderWay = { deadlines: new WeakMap(), making: undefined, connecting: undefined };
  const isLate = (deadline: Deadline | undefined): boolean => {
    if (deadline === undefined || now() <= deadline.notAfterMs) return false;
    // Said here and not read from the error: Node's versions differ in which error comes out of a destroyed socket.
    deadline.isMissed = true;
    return true;
  };
  return {
    until: (notAfter) => {
      const deadline = { notAfterMs: notAfter.getTime(), isMissed: false };
      return {
        making: (make) => makeBy(deadline, underWay, make),
        isLate: () => isLate(deadline),
        isMissed: () => deadline.isMissed,
      };
    },
    lateness: () => {
      const deadline = underWay.connecting;
      return () => isLate(deadline);
    },
    watch: (agent) => {
      watchRequests(agent, underWay);
      watchConnections(agent, underWay, (deadline, request) => {
        if (isLate(deadline)) request.destroy(new Error("too late to be written"));
      });
      return agent;
    },
  };
}

function makeBy<R>(deadline: Deadline, underWay: UnderWay, make: () => R): R {
  underWay.making = deadline;
  try {
    return make();
  } finally {
    underWay.making = undefined;
  }
}

/** Remembers the deadline of each request that an agent is given. */
function watchRequests(agent: HttpAgent, underWay: UnderWay): void {
  const inside = agent as unknown as Inside;
  const addRequest = inside.addRequest.bind(agent);
  const createSocket = inside.createSocket.bind(agent);
  inside.addRequest = (request, ...rest) => {
    if (underWay.making) underWay.deadlines.set(request, underWay.making);
    addRequest(request, ...rest);
  };
  inside.createSocket = (request, ...rest) => {
    underWay.connecting = underWay.deadlines.get(request);
    createSocket(request, ...rest);
    underWay.connecting = undefined;
  };
}

/** Looks at the deadline when a kept connection takes a request over, and when a new one stands. */
function watchConnections(agent: HttpAgent, underWay: UnderWay, stopIfLate: StopIfLate): void {
  const inside = agent as unknown as Inside;
  const reuseSocket = agent.reuseSocket.bind(agent);
  const createConnection = inside.createConnection.bind(agent);
  agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
    reuseSocket(socket, request);
    stopIfLate(underWay.deadlines.get(request), request);
  };
  inside.createConnection = (options, done) => {
    const deadline = underWay.connecting;
    const socket = createConnection(options, done);
    // Registered before Node's own: what is buffered is written by a later listener of the same event.
    socket?.once("connect", () => stopIfLate(deadline, socket));
    // TLS keeps the request back until it trusts the server, and says so before it lets it go.
    socket?.once("secureConnect", () => stopIfLate(deadline, socket));
    return socket;
  };
}
