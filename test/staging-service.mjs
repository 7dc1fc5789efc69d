/**
 * A service that enqueues a stream of recipients, tells how far it is, and may be killed at any moment: started again, it
 * makes the same call again.
 *
 * Arguments: Redis's URL, BullMQ's prefix, the key, how many recipients, the first one, and how long a stage lives.
 */
import { createProducer } from "@volley/producer";

const [redis, prefix, idempotencyKey, count, first, stageTtlMs] = process.argv.slice(2);
const producer = createProducer({ redis, prefix, timeoutMs: 30_000, stageTtlMs: Number(stageTtlMs) });
const enqueued = await producer.enqueue(
  { from: "Volley", to: pages(), body: "The doors open at seven." },
  { region: "us", idempotencyKey, onProgress: ({ requested }) => console.log(requested) },
);
console.log(JSON.stringify(enqueued));
await producer.close();

/** Every page is told, so that the service can be killed after any of them; progress reports are ten a second. */
async function* pages() {
  for (let index = 0; index < Number(count); index += 1_000) {
    console.log(index);
    const size = Math.min(1_000, Number(count) - index);
    yield Array.from({ length: size }, (_, position) => String(46_990_000_000 + Number(first) + index + position));
  }
}
