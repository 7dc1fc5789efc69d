import { LIMITS, onTheWire, parametersFor, type ReadySend, wireFields } from "@volley/contract";
import type { BatchRequest, DeliveryReportType } from "@volley/sinch";

/** What differs from one batch to the next. */
export type BatchInput = {
  readonly send: ReadySend;
  /** As they go over the wire; all of the send's, or what is left of them. */
  readonly recipients: readonly string[];
  readonly reference: string;
  readonly expireAt: Date;
  /** What is reported where the send does not say. @default none */
  readonly deliveryReport?: DeliveryReportType;
  readonly now: Date;
};

/** An expiry at the provider's limit by our clock may be beyond it by the provider's: this much is left between them. */
const CLOCK_MARGIN_MS = 5 * 60_000;

/**
 * The body of `POST /batches` for a send of at most 1,000 recipients. `options` pass through as they are; the expiry is
 * always passed on, so that the provider never outlives the caller's. Placeholders get names that the provider takes.
 */
export function buildBatch({
  send,
  recipients,
  reference,
  expireAt,
  deliveryReport = "none",
  now,
}: BatchInput): BatchRequest {
  const wire = onTheWire(send.message.body, send.parameters);
  const parameters = parametersFor(wire.parameters, recipients, send.recipients.accepted);
  return {
    ...(deliveryReport !== "none" && { delivery_report: deliveryReport }),
    ...wireFields(send.message),
    body: wire.body,
    to: recipients,
    ...(parameters && { parameters }),
    ...(send.sendAt && send.sendAt > now && { send_at: send.sendAt.toISOString() }),
    expire_at: wireExpiry(send.sendAt, expireAt, now).toISOString(),
    client_reference: reference,
  };
}

function wireExpiry(sendAt: Date | null, expireAt: Date, now: Date): Date {
  const latest =
    sendAt && sendAt > now ? sendAt.getTime() + LIMITS.expiryMs : now.getTime() + LIMITS.expiryMs - CLOCK_MARGIN_MS;
  return new Date(Math.min(expireAt.getTime(), latest));
}
