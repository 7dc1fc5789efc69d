/**
 * A service that coalesces messages with idempotency keys, prints where each one is as soon as it is told, and may be
 * killed at any moment: started again, it makes all its calls again.
 *
 * Arguments: Redis's URL, BullMQ's prefix, and how many messages.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { createProducer } from "@volley/producer";

const [redis, prefix, count] = process.argv.slice(2);
const producer = createProducer({ redis, prefix, timeoutMs: 30_000 });
const calls = [];
for (let index = 0; index < Number(count); index += 1) {
  calls.push(coalesce(index));
  // Bursts of random sizes, so that groups are full of other people in every life.
  if (Math.random() < 0.03) await breathe();
}
await Promise.all(calls);
await producer.close();

async function coalesce(index) {
  const to = String(46_990_000_000 + index);
  const message = { from: "Volley", to, body: "Parcel ${number} is here.", parameters: { number: String(index) } };
  const { id, alreadyEnqueued } = await producer.coalesce(message, { region: "us", idempotencyKey: `parcel ${index}` });
  console.log(`${index} ${id} ${alreadyEnqueued}`);
}
