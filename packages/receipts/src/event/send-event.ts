import type { SendResult } from "@volley/contract";
import { eventId, type VolleyEvent } from "./event.ts";

/** The most batches that an event names. */
const MOST_BATCHES = 100;

/** A send that has its result. */
export type SettledSend = {
  readonly region: string;
  /** The job's ID, and what sets it apart from another job that had the same one. */
  readonly id: string;
  readonly createdAt: number | null;
  /** The caller's own; `undefined` where there is none. */
  readonly reference: unknown;
  readonly at: Date;
};

/**
 * A send has its result. Another result of the same send is another event: somebody has canceled it, or has said what nobody knew.
 * It names nobody.
 */
export function settledEvent(send: SettledSend, { state, recipients, batches, omitted }: SendResult): VolleyEvent {
  const ids = batches.map(({ id }) => id);
  const data = {
    ...aboutSend(send),
    state,
    recipients,
    batches: ids.length + (omitted?.batches ?? 0),
    batch_ids: ids.slice(0, MOST_BATCHES),
  };
  return eventOf(send, JSON.stringify([state, Object.values(recipients), ids]), data);
}

/** A send has failed: it never was one that could be sent, or was set aside. @param reason - names nobody */
export function failedEvent(send: SettledSend, reason: string): VolleyEvent {
  const data = { ...aboutSend(send), state: "failed", recipients: null, batches: 0, batch_ids: [], reason };
  return eventOf(send, "failed", data);
}

function aboutSend({ id, reference }: SettledSend): VolleyEvent["data"] {
  return { send_id: id, ...(typeof reference === "string" && { client_reference: reference }) };
}

function eventOf({ region, id, createdAt, at }: SettledSend, what: string, data: VolleyEvent["data"]): VolleyEvent {
  const type = "send.settled";
  return { id: eventId(type, region, id, String(createdAt ?? ""), what), type, at: at.toISOString(), region, data };
}
