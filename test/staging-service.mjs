/**
 * A service that enqueues a stream of recipients, asks before every page of them, and may be killed at any moment: started
 * again, it makes the same call again.
 *
 * Arguments: Redis's URL, BullMQ's prefix, the key, how many pages of a thousand, the first recipient, and how long a stage
 * lives. It prints the number of the page that comes next, and goes on when it has read a line.
 */
import { createInterface } from "node:readline";
import { createProducer } from "@volley/producer";

const [redis, prefix, idempotencyKey, count, first, stageTtlMs] = process.argv.slice(2);
const permits = createInterface(process.stdin);
const producer = createProducer({ redis, prefix, timeoutMs: 30_000, stageTtlMs: Number(stageTtlMs) });
const enqueued = await producer.enqueue(
  { from: "Volley", to: pages(), body: "The doors open at seven." },
  { region: "us", idempotencyKey },
);
console.log(JSON.stringify(enqueued));
permits.close();
await producer.close();

async function* pages() {
  const lines = permits[Symbol.asyncIterator]();
  for (let page = 1; page <= Number(count); page += 1) {
    console.log(page);
    await lines.next();
    yield Array.from({ length: 1_000 }, (_, index) =>
      String(46_990_000_000 + Number(first) + (page - 1) * 1_000 + index),
    );
  }
}
