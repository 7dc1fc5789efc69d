// Tells somebody that a parcel is here, with nothing but BullMQ. A second run for the same parcel sends nothing.
//
//   npm install bullmq
//   node bullmq.mjs 4711 "+46 70 123 45 67"
import { Queue, QueueEvents } from "bullmq";

const [parcel, phone] = process.argv.slice(2);
if (!parcel || !phone) {
  console.error("expected the number of a parcel and of a phone: node bullmq.mjs 4711 '+46 70 123 45 67'");
  process.exit(1);
}
const { REDIS_URL = "redis://127.0.0.1:6379", VOLLEY_PREFIX: prefix = "{volley}" } = process.env;
const connection = { url: REDIS_URL };

// The queue of the region. Its options stay BullMQ's own: the worker does the retries.
const queue = new Queue("volley-eu", { prefix, connection });
const events = new QueueEvents("volley-eu", { prefix, connection });

const send = { from: "Volley", to: [phone], body: "Your parcel is here." };
const job = await queue.add("send", send, { jobId: `parcel-${parcel}` });

// A service need not wait: the result stays in the job, and an event tells of it.
try {
  const { state, recipients } = await job.waitUntilFinished(events, 60_000);
  console.log(JSON.stringify({ state, accepted: recipients.accepted }));
} catch (error) {
  // What is wrong with a send, in one sentence: a number that is none, say.
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await events.close();
  await queue.close();
}
