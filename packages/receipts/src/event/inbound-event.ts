import type { ReferredSend } from "@volley/contract";
import type { Inbound } from "../callback/callback.ts";
import type { Unlinked } from "../reached/find-last-send.ts";
import { eventId, type VolleyEvent } from "./event.ts";

/** What somebody answers to, or why that is not known. */
export type InboundLink =
  /** `batchId` is `null` where it is not known any more. */
  { readonly send: ReferredSend; readonly batchId: string | null } | { readonly unlinked: Unlinked };

export function inboundEvent(region: string, inbound: Inbound, link: InboundLink, now: Date): VolleyEvent {
  const { id, message, at } = inbound;
  const type = "message.received";
  const data = { id, ...message, ...linkData(link) };
  return { id: eventId(type, region, id), type, at: (at ?? now).toISOString(), region, data };
}

/** A reference that the provider gave of a send of somebody else's stays as it is. */
export function linkData(link: InboundLink): Record<string, unknown> {
  if ("unlinked" in link) return { send_id: null, batch_id: null, unlinked: link.unlinked };
  const { id, own } = link.send;
  return { send_id: id, client_reference: own ?? undefined, batch_id: link.batchId };
}
