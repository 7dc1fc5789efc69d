import { sendId } from "@volley/contract";

type Address = { readonly id: string; readonly region: string };

/** The idempotency key of the send that goes once more to some of another one's recipients: there is at most one. */
export function redeliveryKey({ id, region }: Address): string {
  return `redelivery of ${region} ${id}`;
}

/** The ID of that send, whether or not it is there yet. */
export function redeliveryId(first: Address): string {
  return sendId(first.region, redeliveryKey(first));
}
