import type { Worker } from "bullmq";

/**
 * BullMQ stops a worker by disconnecting the connection on which it waits for jobs, and waits for its end. A connection that
 * is between two tries to come back calls the next one off then, and ioredis never says that it has ended: the worker would
 * not stop as long as the process lives. Here it ends as one does that has not been connected yet.
 */
export async function endBetweenTries({ backend }: Worker): Promise<void> {
  const client = await backend.blockingClient;
  if (client === undefined) return;
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect = false) => {
    if (!reconnect && client.status === "reconnecting") client.status = "wait";
    disconnect(reconnect);
  };
}
