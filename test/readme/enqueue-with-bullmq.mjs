import { Queue } from "bullmq";

const queue = new Queue("volley-eu", { prefix: "{volley}", connection: { url: process.env.REDIS_URL } });

export async function tellOfParcel(parcel, phone) {
  const send = { from: "Volley", to: [phone], body: "Your parcel is here." };
  return queue.add("send", send, { jobId: `parcel-${parcel}` });
}
