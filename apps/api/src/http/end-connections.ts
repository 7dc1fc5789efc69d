import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** How long the rest of a body is taken whose request was answered, so that its caller comes to read the answer, in milliseconds. */
const LINGER_MS = 2_000;

/** How much of it, in bytes: of who has no key, and of who has one. */
const LINGER_BYTES = { stranger: 1024 * 1024, known: 64 * 1024 * 1024 };

/** How long a stop waits for the rest of bodies, in milliseconds. */
const BODIES_MS = 5_000;

/** How often a stop looks for connections that nobody works for any more, in milliseconds. */
const LOOK_MS = 200;

/** Ends connections: of answers that were given before the body was there, and of all when the process stops. */
export type Connections = {
  /** Closes at once what has been answered and what has no key, and after a while what still has not come; until all are gone. */
  readonly end: () => void;
};

/** Watches the connections of a server. */
export function endConnections(server: FastifyInstance): Connections {
  const open = new Set<Socket>();
  const worked = new Map<Socket, FastifyRequest["raw"]>();
  server.server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  // Behind the key: from here on somebody works for it.
  server.addHook("preParsing", (request, reply, payload, done) => {
    const { raw } = request;
    const { socket } = raw;
    worked.set(socket, raw);
    reply.raw.once("close", () => worked.delete(socket));
    done(null, payload);
  });
  server.addHook("onSend", (request, reply, payload, done) => {
    if (isUnread(request)) lingerAfter(request, reply);
    done(null, payload);
  });
  return {
    end: () => {
      const until = Date.now() + BODIES_MS;
      const look = (): void => {
        for (const socket of open) {
          const request = worked.get(socket);
          if (request === undefined || (!request.complete && Date.now() > until)) socket.destroy();
        }
        if (open.size === 0 && !server.server.listening) clearInterval(timer);
      };
      const timer = setInterval(look, LOOK_MS);
      timer.unref();
      look();
    },
  };
}

/** Whether there is more of a body than has come. */
function isUnread({ raw, headers }: FastifyRequest): boolean {
  return !raw.complete && (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0);
}

/**
 * Ends the connection after the answer. Many callers read only when they have written, and a connection that is destroyed with bytes
 * unread takes the answer with it: so much more is taken and thrown away.
 */
function lingerAfter({ raw, apiKey }: FastifyRequest, reply: FastifyReply): void {
  reply.header("connection", "close");
  const { socket } = raw;
  // Node's own way to end it does not wait for who still writes.
  socket.destroySoon = () => {
    const most = socket.bytesRead + (apiKey === null ? LINGER_BYTES.stranger : LINGER_BYTES.known);
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(timer));
    raw.once("end", () => socket.destroy());
    raw.removeAllListeners("readable");
    raw.on("data", () => {
      if (socket.bytesRead > most) socket.destroy();
    });
    raw.resume();
    socket.end();
  };
}
