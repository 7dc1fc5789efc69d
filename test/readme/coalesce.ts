import { type Coalesced, createProducer } from "@volley/producer";

/** Texts that come up one by one, and travel to the provider together. */
export async function coalesceParcels(redis: string, prefix: string): Promise<Coalesced[]> {
  const producer = createProducer({ redis, prefix });
  const parcels = [
    { number: 4711, phone: "+46 70 123 45 67", name: "Ann" },
    { number: 4712, phone: "+46 70 765 43 21", name: "Bob" },
    { number: 4713, phone: "+46 70 123 45 67", name: "Ann" }, // a second text for Ann, in another send
  ];
  const answers = await Promise.all(
    parcels.map(({ number, phone, name }) =>
      producer.coalesce(
        {
          from: "Volley",
          to: phone,
          body: "Hi ${name}, parcel ${number} is here.",
          parameters: { name, number: String(number) },
        },
        { region: "eu", idempotencyKey: `parcel ${number} delivered` },
      ),
    ),
  );
  await producer.close();
  return answers;
}
