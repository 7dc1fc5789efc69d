import type { Enqueued, Producer, RecipientEntry } from "@volley/producer";

/** Enqueues everybody whom a database's cursor yields, page by page, however many they are. */
export async function enqueueFromCursor(
  producer: Producer,
  cursor: AsyncIterable<RecipientEntry[]>, // for example [{ to: "+46 70 123 45 67", parameters: { name: "Ann" } }]
): Promise<Enqueued> {
  return producer.enqueue(
    { from: "Volley", to: cursor, body: "Hi ${name}, the sale begins.", parameters: { name: { default: "there" } } },
    {
      region: "eu",
      idempotencyKey: "sale of december",
      onProgress: ({ staged, duplicate, rejected }) => console.log(staged, duplicate, rejected),
    },
  );
}
