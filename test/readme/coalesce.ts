import type { Coalesced, Producer } from "@volley/producer";

/** A text that comes up by itself, and travels to the provider together with others. */
export async function parcelDelivered(
  producer: Producer,
  { number, phone, name }: { number: number; phone: string; name: string },
): Promise<Coalesced> {
  return producer.coalesce(
    {
      from: "Volley",
      to: phone,
      body: "Hi ${name}, parcel ${number} is here.",
      parameters: { name, number: String(number) },
    },
    { region: "eu", idempotencyKey: `parcel ${number} delivered` },
  );
}
