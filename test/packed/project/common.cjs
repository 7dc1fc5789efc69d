const { createProducer } = require("@volley/producer");

const [redis, prefix, number, idempotencyKey] = process.argv.slice(2);

async function main() {
  const producer = createProducer({ redis, prefix });
  const send = { from: "Volley", to: [number], body: "From CommonJS." };
  console.log(JSON.stringify(await producer.enqueue(send, { region: "eu", idempotencyKey })));
  await producer.close();
}

void main();
