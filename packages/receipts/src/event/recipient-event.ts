import type { ReferredSend } from "@volley/contract";
import { type DeliveryState, isFinal, nameOfState } from "../terms/delivery-state.ts";
import { eventId, type VolleyEvent } from "./event.ts";

/** What became of somebody's message. */
export type RecipientChange = {
  readonly region: string;
  readonly batchId: string;
  readonly recipient: string;
  readonly state: DeliveryState;
  readonly at: Date;
  /** `null` where nobody sent it through Volley. */
  readonly send: ReferredSend | null;
  readonly details: Readonly<Record<string, string | number>>;
};

export function recipientEvent({ region, batchId, recipient, state, at, send, details }: RecipientChange): VolleyEvent {
  const type = "recipient.status";
  return {
    id: eventId(type, region, batchId, recipient, nameOfState(state)),
    type,
    at: at.toISOString(),
    region,
    data: {
      send_id: send?.id ?? null,
      ...(typeof send?.own === "string" && { client_reference: send.own }),
      batch_id: batchId,
      recipient,
      ...state,
      is_final: isFinal(state),
      ...details,
    },
  };
}
