import { hash } from "node:crypto";

/** What happened, told to other services. */
export type VolleyEvent = {
  /** Made from what happened: the same on every repetition. */
  readonly id: string;
  readonly type: EventType;
  /** When it happened, as ISO-8601. */
  readonly at: string;
  readonly region: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** What can happen so far, one line for each. */
export const EVENT_TYPES = [
  "send.settled",
  "recipient.status",
  "message.received",
  "recipient.opted_out",
  "recipient.opted_in",
  "recipient.maybe_opted_out",
  "region.suspended",
  "region.recovered",
  "endpoint.disabled",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** 132 bits of a digest. */
const ID_CHARACTERS = 22;

/** @param what - everything that tells this from all else that happens */
export function eventId(type: EventType, ...what: readonly string[]): string {
  return `evt_${hash("sha256", JSON.stringify([type, ...what]), "base64url").slice(0, ID_CHARACTERS)}`;
}
