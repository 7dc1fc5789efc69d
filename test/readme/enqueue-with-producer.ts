import { createProducer, type SendStatus } from "@volley/producer";

/** Enqueues one send, twice, and waits for nothing: a service that was asked twice still sends once. */
export async function enqueueWithProducer(redis: string, prefix: string): Promise<SendStatus | null> {
  const producer = createProducer({ redis, prefix });
  const send = {
    from: "Volley",
    to: ["+46 70 123 45 67", "+46 70 765 43 21"],
    body: "Hi ${name}, your parcel is here.",
    parameters: { name: { "+46 70 123 45 67": "Ann", default: "there" } },
  };

  const { id } = await producer.enqueue(send, { region: "eu", idempotencyKey: "parcel 4711 arrived" });
  const again = await producer.enqueue(send, { region: "eu", idempotencyKey: "parcel 4711 arrived" });
  console.log(again.alreadyEnqueued); // true: nothing is sent a second time

  const status = await producer.status(id);
  await producer.close();
  return status;
}
