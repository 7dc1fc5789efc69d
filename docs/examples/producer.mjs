// Tells everybody whose parcel is here, each with their name, with the producer. The same call again sends nothing.
//
//   node producer.mjs arrivals-2026-12-01 "Ann=+46 70 123 45 67" "Bo=+46 70 765 43 21"
import { setTimeout as pause } from "node:timers/promises";
import { createProducer } from "@volley/producer";

const [idempotencyKey, ...people] = process.argv.slice(2);
if (people.length === 0) {
  console.error("expected a key and people: node producer.mjs arrivals-2026-12-01 'Ann=+46 70 123 45 67'");
  process.exit(1);
}
const { REDIS_URL = "redis://127.0.0.1:6379", VOLLEY_PREFIX: prefix = "{volley}" } = process.env;

const producer = createProducer({ connection: { url: REDIS_URL }, prefix });
try {
  // Millions would come from a generator or a database cursor in the same way, and never stand in memory.
  const to = people.map((person) => {
    const [name, number] = person.split("=");
    return { to: number, parameters: { name } };
  });
  const send = { from: "Volley", to, body: "Hi ${name}, your parcel is here." };
  const { id, alreadyEnqueued, warnings } = await producer.enqueue(send, { region: "eu", idempotencyKey });
  for (const { message } of warnings) console.error(message);

  let status = await producer.status(id);
  for (let look = 0; look < 120 && status.result === null && status.state !== "failed"; look += 1) {
    await pause(500);
    status = await producer.status(id);
  }
  const { state, recipients } = status.result ?? status;
  console.log(JSON.stringify({ id, alreadyEnqueued, state, accepted: recipients?.accepted }));
} catch (error) {
  // What is wrong with a send, in a sentence for each mistake.
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await producer.close();
}
