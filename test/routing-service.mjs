/**
 * A service that enqueues recipients by routes, both from its input, and may die before it adds the send of a region:
 * with a signal that leaves it no time for anything.
 *
 * Arguments: Redis's URL, BullMQ's prefix, the key, and before which send it dies; 0 means that it lives.
 */
import { createProducer } from "@volley/producer";
import { Redis } from "ioredis";

const [url, prefix, idempotencyKey, diesBeforeSend] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { to, routes } = JSON.parse(Buffer.concat(chunks).toString("utf8"));

const redis = new Redis(url);
let sends = 0;
const sendCommand = redis.sendCommand.bind(redis);
redis.sendCommand = (command, ...others) => {
  if (command.name === "multi") {
    sends += 1;
    if (sends === Number(diesBeforeSend)) process.kill(process.pid, "SIGKILL");
  }
  return sendCommand(command, ...others);
};

const producer = createProducer({ redis, prefix, routes, timeoutMs: 30_000, stageTtlMs: 2_000 });
const message = { from: "Volley", body: "The doors open at seven." };
console.log(JSON.stringify(await producer.enqueue({ ...message, to }, { region: "auto", idempotencyKey })));
await producer.close();
redis.disconnect();
