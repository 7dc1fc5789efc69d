import type { Enqueued, Producer, SendToMany } from "@volley/producer";

/** Nobody gets the same text twice within a day, whatever the keys. */
export async function enqueueOnceADay(
  producer: Producer,
  send: SendToMany,
  { region, idempotencyKey }: { region: string; idempotencyKey: string },
): Promise<Enqueued> {
  const duplicates = { withinMs: 86_400_000, ifFound: "refuse" } as const;
  return producer.enqueue(send, { region, idempotencyKey, duplicates });
}
