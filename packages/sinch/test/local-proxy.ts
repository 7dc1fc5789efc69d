import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { TEST_CERTIFICATE, TEST_KEY } from "./test-certificate.ts";

/** A proxy on this machine that knows tunnels only, and takes every name for this machine. */
export type LocalProxy = {
  readonly url: string;
  /** What it was asked to connect to: `host:port`. */
  readonly tunnels: { readonly target: string; readonly authorization: string | undefined }[];
  /** What it was asked for in clear: nothing should be. */
  readonly forwarded: string[];
  readonly close: () => Promise<void>;
};

/** How the proxy answers a wish for a tunnel. */
export type ProxyBehaviour = {
  /** A status to refuse with. */
  readonly refuse?: number;
  /** Says nothing. */
  readonly isSilent?: boolean;
  /** Is reached over TLS itself. */
  readonly isSecure?: boolean;
  /** Sees the bytes that the client sends into the tunnel. */
  readonly onBytes?: (bytes: Buffer, client: Socket) => void;
};

/** Starts a proxy; whoever does closes it. */
export async function startLocalProxy(behaviour: ProxyBehaviour = {}): Promise<LocalProxy> {
  const { refuse, isSilent = false, isSecure = false, onBytes } = behaviour;
  const tunnels: LocalProxy["tunnels"] = [];
  const forwarded: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {});
  };
  const server = isSecure ? createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }) : createServer();
  server.on("connection", keep);
  server.on("request", (request, response) => {
    forwarded.push(String(request.url));
    response.writeHead(500).end();
  });
  server.on("connect", (request, client: Socket) => {
    const target = String(request.url);
    tunnels.push({ target, authorization: request.headers["proxy-authorization"] });
    if (isSilent) return;
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 6\r\n\r\nsecret`);
      return;
    }
    const upstream = keep(connect(Number(target.split(":").at(-1)), "127.0.0.1"));
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    if (onBytes) client.on("data", (bytes: Buffer) => onBytes(bytes, client));
    client.pipe(upstream).pipe(client);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    upstream.on("error", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${isSecure ? "https" : "http"}://127.0.0.1:${port}`,
    tunnels,
    forwarded,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
