import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy before Redis that keeps its clients' connections while another server takes over behind it. */
export type FailoverProxy = {
  readonly url: string;
  /** Connections that clients have made so far. */
  readonly connections: () => number;
  /** From now on every connection leads to another server, as soon as what was asked of the first one is answered. */
  readonly switchTo: (redisUrl: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** One client and the server that answers it. */
type Pair = { readonly switchTo: (port: number) => Promise<void>; readonly destroy: () => void };

/** Starts one that leads to a Redis on this machine, as Redis Enterprise or Envoy do. */
export async function startFailoverProxy(redisUrl: string): Promise<FailoverProxy> {
  let port = portOf(redisUrl);
  let connections = 0;
  const pairs = new Set<Pair>();
  const server = createServer((client) => {
    connections += 1;
    const pair = pairUp(client, port);
    pairs.add(pair);
    client.on("close", () => {
      pair.destroy();
      pairs.delete(pair);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    switchTo: async (other) => {
      port = portOf(other);
      await Promise.all([...pairs].map(async (pair) => pair.switchTo(port)));
    },
    close: async () => {
      for (const pair of pairs) pair.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function pairUp(client: Socket, firstPort: number): Pair {
  let server = toServer(firstPort);
  const listen = (): void => {
    server.on("data", (answer) => client.write(answer));
    client.on("data", (command) => server.write(command));
  };
  client.on("error", () => client.destroy());
  listen();
  return {
    switchTo: async (port) => {
      client.removeAllListeners("data");
      client.pause();
      // Redis answers in order: when it has answered this, it has answered everything.
      await settle(server, client);
      server.destroy();
      server = toServer(port);
      // What ioredis says first. The new server has not heard it.
      await settle(server, null, "HELLO 3\r\n");
      listen();
      client.resume();
    },
    destroy: () => {
      client.destroy();
      server.destroy();
    },
  };
}

/** Lets a server answer what it was asked, the last of it being ours: that is not passed on. */
async function settle(server: Socket, client: Socket | null, before = ""): Promise<void> {
  const mark = randomUUID();
  const own = `$${mark.length}\r\n${mark}\r\n`;
  let answers = Buffer.alloc(0);
  server.removeAllListeners("data");
  const answered = new Promise<void>((resolve) => {
    server.on("data", (answer) => {
      answers = Buffer.concat([answers, answer]);
      if (answers.includes(own)) resolve();
    });
  });
  server.write(`${before}PING ${mark}\r\n`);
  await answered;
  server.removeAllListeners("data");
  client?.write(answers.subarray(0, answers.indexOf(own)));
}

function toServer(port: number): Socket {
  const server = connect(port, "127.0.0.1");
  server.setNoDelay(true);
  server.on("error", () => server.destroy());
  return server;
}

function portOf(redisUrl: string): number {
  return Number(new URL(redisUrl).port);
}
