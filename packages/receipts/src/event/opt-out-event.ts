import type { ReferredSend } from "@volley/contract";
import type { Inbound } from "../callback/callback.ts";
import { eventId, type VolleyEvent } from "./event.ts";
import { type InboundLink, linkData } from "./inbound-event.ts";

/** The events that tell what somebody wants. */
export type OptOutType = "recipient.opted_out" | "recipient.opted_in" | "recipient.maybe_opted_out";

/** Somebody, and the sender of ours that they have answered; `null` where nobody knows which. */
export type Answering = { readonly recipient: string; readonly sender: string | null };

/** Said in a message. */
export function saidEvent(
  type: OptOutType,
  region: string,
  { recipient, sender }: Answering,
  { id, at, link }: { readonly id: Inbound["id"]; readonly at: Date; readonly link: InboundLink },
): VolleyEvent {
  const data = { recipient, sender, message_id: id, ...linkData(link) };
  return { id: eventId(type, region, id), type, at: at.toISOString(), region, data };
}

/** Said by a network, in a delivery report. */
export function reportedEvent(
  region: string,
  { recipient, sender }: Answering,
  report: {
    readonly batchId: string;
    readonly code: number;
    readonly at: Date;
    readonly send: ReferredSend | null;
  },
): VolleyEvent {
  const { batchId, code, at, send } = report;
  const type = "recipient.opted_out";
  const data = { recipient, sender, send_id: send?.id ?? null, batch_id: batchId, code };
  return { id: eventId(type, region, batchId, recipient), type, at: at.toISOString(), region, data };
}
