import type { Job, Queue } from "bullmq";

/** On `new Queue("volley-eu", { prefix: "{volley}", connection })`; any BullMQ client in any language can do the same. */
export async function enqueueWithBullmq(queue: Queue): Promise<Job> {
  return queue.add("send", { from: "Volley", to: ["+46701234567"], body: "Your parcel is here." });
}
