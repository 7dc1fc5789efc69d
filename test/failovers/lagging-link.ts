import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The way from a master to its replica. */
export type LaggingLink = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

/**
 * Passes on what a master tells its replica a while later, as between two data centres. What is on its way when the master dies
 * is lost.
 */
export async function startLaggingLink(masterPort: number, lagMs: number): Promise<LaggingLink> {
  const sockets = new Set<Socket>();
  const server = createServer((replica) => {
    const master = connect(masterPort, "127.0.0.1");
    replica.on("data", (data) => master.write(data));
    master.on("data", (data) => setTimeout(() => replica.writable && replica.write(data), lagMs));
    for (const each of [replica, master]) {
      sockets.add(each);
      each.on("error", () => each.destroy());
      each.on("close", () => {
        for (const end of [replica, master]) end.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
