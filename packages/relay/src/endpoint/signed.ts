import { type Secret, stillValid } from "@volley/endpoints";
import { Webhook } from "standardwebhooks";
import type { StreamEvent } from "./stream.ts";

/** An event as it is sent. */
export type SignedEvent = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** Signs an event with every secret that still holds, as Standard Webhooks says. */
export function signed(
  { id, type, at, region, data }: StreamEvent,
  secrets: readonly Secret[],
  now: Date,
): SignedEvent {
  const [head] = JSON.stringify({ id, type, at, region }).split(/\}$/);
  // It was written as JSON, and goes out as it was written.
  const body = `${head},"data":${data}}`;
  const signatures = stillValid(secrets, now).map(({ secret }) => new Webhook(secret).sign(id, now, body));
  return {
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "user-agent": "Volley",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "webhook-signature": signatures.join(" "),
    },
  };
}
