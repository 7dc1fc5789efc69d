import type { Send } from "@volley/contract";
import { createProducer, type Enqueued, type Producer, ProducerError } from "@volley/producer";

const [redis = "", prefix = "", number = "", idempotencyKey = ""] = process.argv.slice(2);
const producer: Producer = createProducer({ redis, prefix });
const send: Send = { from: "Volley", to: [number], body: "From TypeScript." };

try {
  const enqueued: Enqueued = await producer.enqueue(send, { region: "eu", idempotencyKey });
  // @ts-expect-error a send that has just been enqueued says nothing of a state: without types, this line is an error
  console.log(JSON.stringify(enqueued), enqueued.state ?? "");
} catch (error) {
  if (error instanceof ProducerError) console.error(error.code);
  throw error;
} finally {
  await producer.close();
}
