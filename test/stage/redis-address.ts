import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { joinSockets } from "./join-sockets.ts";

/** An address of Redis that may lead to another server later, as a name does: whoever is connected stays where it is. */
export type RedisAddress = {
  readonly url: string;
  readonly leadTo: (redisUrl: string) => void;
  readonly close: () => Promise<void>;
};

/** Starts one on this machine. */
export async function startRedisAddress(redisUrl: string): Promise<RedisAddress> {
  let port = Number(new URL(redisUrl).port);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    joinSockets(client, connect(port, "127.0.0.1"), sockets);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (other) => {
      port = Number(new URL(other).port);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
