import { type Job, Queue } from "bullmq";

/** Enqueues one send with nothing of ours: any BullMQ client in any language can do the same. */
export async function enqueueWithBullmq(host: string, port: number, prefix: string): Promise<Job> {
  const queue = new Queue("volley-eu", { prefix, connection: { host, port } });
  const job = await queue.add("send", { from: "Volley", to: ["+46701234567"], body: "Your parcel is here." });
  await queue.close();
  return job;
}
