import { Queue } from "bullmq";

/** One queue for the life of a service. */
const queue = new Queue("volley-eu", { prefix: "{volley}", connection: { url: process.env.REDIS_URL } });

/** With a `jobId` of its own, whoever calls this twice for a parcel still sends once. */
export async function tellOfParcel(parcel, phone) {
  const send = { from: "Volley", to: [phone], body: "Your parcel is here." };
  return queue.add("send", send, { jobId: `parcel-${parcel}` });
}
