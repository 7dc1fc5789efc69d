import { AsyncLocalStorage } from "node:async_hooks";
import { type Agent as HttpAgent, type ClientRequest } from "node:http";
import type { Duplex } from "node:stream";

/** The code of the error by which a request that is too late is stopped before it is written. */
export const TOO_LATE_CODE = "VOLLEY_TOO_LATE";

/** Makes the requests of some work stop where they would be written too late. */
export type Timeliness = {
  /** Runs work; each request that it begins is written by `notAfter` or not at all. */
  readonly by: <T>(notAfter: Date, work: () => T) => T;
  /** Watches the connections of an agent. */
  readonly watch: <A extends HttpAgent>(agent: A) => A;
};

type Connect = (options: object, done?: (error: Error | null, socket: Duplex) => void) => Duplex | undefined;

/**
 * A process can be frozen at any instruction: by SIGSTOP, by a machine that moves, by swap. When it thaws it goes on
 * where it was, and would write a request that another worker has long taken over. So the clock is looked at once more
 * at the last moment that Node lets anybody in: when a kept connection takes the request over, and when a new one
 * stands. Between that look and the write nothing waits; what is left is a few microseconds.
 */
export function createTimeliness(now: () => number = Date.now): Timeliness {
  const deadline = new AsyncLocalStorage<number>();
  const isLate = (notAfterMs: number | undefined): boolean => notAfterMs !== undefined && now() > notAfterMs;
  return {
    by: (notAfter, work) => deadline.run(notAfter.getTime(), work),
    watch: (agent) => {
      const reuse = agent.reuseSocket.bind(agent);
      agent.reuseSocket = (socket: Duplex, request: ClientRequest) => {
        reuse(socket, request);
        if (isLate(deadline.getStore())) request.destroy(tooLate());
      };
      const connect = Reflect.get(agent, "createConnection") as Connect;
      Reflect.set(agent, "createConnection", (...[options, done]: Parameters<Connect>) => {
        const notAfterMs = deadline.getStore();
        const socket = connect.call(agent, options, done);
        // Registered before Node's own: what is buffered is written by a later listener of the same event.
        socket?.once("connect", () => {
          if (isLate(notAfterMs)) socket.destroy(tooLate());
        });
        return socket;
      });
      return agent;
    },
  };
}

function tooLate(): Error {
  return Object.assign(new Error("too late to be written"), { code: TOO_LATE_CODE });
}
