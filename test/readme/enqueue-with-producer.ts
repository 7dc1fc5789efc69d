import { createProducer, type Enqueued, type Producer } from "@volley/producer";

/** One producer for the life of a service; `close()` it when the service stops. */
export function startProducer(connection: string, prefix?: string): Producer {
  return createProducer({ connection, ...(prefix && { prefix }) });
}

/** Whoever calls this twice for a parcel still sends once: the second time, `alreadyEnqueued` is true. */
export async function tellOfParcel(producer: Producer, parcel: number, phone: string, name: string): Promise<Enqueued> {
  return producer.enqueue(
    { from: "Volley", to: [phone], body: "Hi ${name}, your parcel is here.", parameters: { name: { default: name } } },
    { region: "eu", idempotencyKey: `parcel ${parcel} arrived` },
  );
}
