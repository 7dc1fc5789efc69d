import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContextOptions, type Server as TlsServer } from "node:tls";
import { joinSockets } from "../stage/join-sockets.ts";

/** An address that leads to the provider: it can be shut, and its certificate exchanged. */
export type ProviderGate = {
  readonly port: number;
  /** Refuses connections, and cuts those that there are. */
  readonly shut: () => Promise<void>;
  readonly open: () => Promise<void>;
  /** Shows another certificate to whoever connects, and cuts the connections that there are. */
  readonly secure: (context: SecureContextOptions) => void;
};

/** Opens one on this machine, with TLS where a certificate is given. */
export async function openProviderGate(providerUrl: string, context?: SecureContextOptions): Promise<ProviderGate> {
  const sockets = new Set<Socket>();
  const pass = (client: Socket): void => {
    joinSockets(client, connect(Number(new URL(providerUrl).port), "127.0.0.1"), sockets);
  };
  const server: Server | TlsServer = context === undefined ? createServer(pass) : createTlsServer(context, pass);
  // A client that does not take the certificate.
  server.on("tlsClientError", () => {});
  const listen = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    shut: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
    open: async () => listen(port),
    secure: (other) => {
      (server as TlsServer).setSecureContext(other);
      cut();
    },
  };
}
