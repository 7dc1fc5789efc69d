import { createProducer } from "@volley/producer";

const [redis, prefix, number, idempotencyKey] = process.argv.slice(2);
const producer = createProducer({ redis, prefix });
const send = { from: "Volley", to: [number], body: "From a module." };
console.log(JSON.stringify(await producer.enqueue(send, { region: "eu", idempotencyKey })));
await producer.close();
