import { createServer, type RequestListener, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { TEST_CERTIFICATE, TEST_KEY } from "./test-certificate.ts";

/** A request as the server saw it. */
type SeenRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** An HTTP server on this machine that remembers what it was asked. */
export type LocalServer = {
  readonly baseUrl: string;
  readonly requests: SeenRequest[];
  readonly connections: () => number;
  /** Emits `connection` with the socket. */
  readonly events: Server;
  readonly close: () => Promise<void>;
};

/** Starts an HTTP server that answers, after the whole request was read, as it is told. */
export async function startLocalServer(answer: RequestListener): Promise<LocalServer> {
  const requests: SeenRequest[] = [];
  return serve("http", createServer(remembering(requests, answer)), requests);
}

/** The same over TLS, with a self-signed certificate. */
export async function startLocalTlsServer(answer: RequestListener): Promise<LocalServer> {
  const requests: SeenRequest[] = [];
  const listener = remembering(requests, answer);
  return serve("https", createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener), requests);
}

/** Starts a server that gets bare connections. */
export async function startSocketServer(
  onSocket: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    // The tests reset connections on purpose: an error of the server's end is no news.
    socket.on("error", () => {});
    onSocket(socket);
  });
  const port = await listen(server);
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function remembering(requests: SeenRequest[], answer: RequestListener): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") });
      answer(request, response);
    });
  };
}

async function serve(scheme: string, server: HttpServer, requests: SeenRequest[]): Promise<LocalServer> {
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const port = await listen(server);
  return {
    baseUrl: `${scheme}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    events: server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return address.port;
}
