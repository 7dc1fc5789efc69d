import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy before Redis at which its clients get stuck in the middle of their work. */
export type StallingProxy = {
  readonly url: string;
  /** Whether it has come to the words at which it stops. */
  readonly isStalled: () => boolean;
  readonly close: () => Promise<void>;
};

/** Where it stops. */
export type Stalling = {
  /** What a command has in it. */
  readonly at: string;
  /** What is lost first: that command, or the answer to it. */
  readonly lost: "command" | "answer";
};

/**
 * Starts one that passes on what is asked of a Redis, up to a command that has some words in it. That one, or
 * the answer to it, and whatever any client asks from then on never arrives; what came before has been done.
 */
export async function startStallingProxy(redisUrl: string, { at: words, lost }: Stalling): Promise<StallingProxy> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname);
    // What was passed on last, as long as the words may go on from there.
    let tail = "";
    client.on("data", (command) => {
      if (isStalled) return;
      const text = tail + command.toString("latin1");
      isStalled = text.includes(words);
      tail = text.slice(-words.length);
      if (!isStalled || lost === "answer") redis.write(command);
    });
    redis.on("data", (answer) => {
      if (!isStalled) client.write(answer);
    });
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isStalled: () => isStalled,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
