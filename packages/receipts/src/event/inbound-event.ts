import type { Inbound } from "../callback/callback.ts";
import { eventId, type VolleyEvent } from "./event.ts";

export function inboundEvent(region: string, { id, message, at }: Inbound, now: Date): VolleyEvent {
  const type = "message.received";
  return { id: eventId(type, region, id), type, at: (at ?? now).toISOString(), region, data: { id, ...message } };
}
