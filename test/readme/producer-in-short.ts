import { createProducer, type SendStatus } from "@volley/producer";

export async function producerInShort(connection: string): Promise<SendStatus | null> {
  const producer = createProducer({ connection }); // "redis://127.0.0.1:6379"
  const { id } = await producer.enqueue(
    { from: "Volley", to: ["+46 70 123 45 67"], body: "Hi ${name}!", parameters: { name: { default: "there" } } },
    { region: "eu", idempotencyKey: "parcel 4710 arrived" },
  );
  const status = await producer.status(id); // { state: "settled", result: { state: "accepted", batches: […] }, … }
  await producer.close(); // when the service stops
  return status;
}
