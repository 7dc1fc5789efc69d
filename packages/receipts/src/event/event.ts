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

/** What can happen so far. */
export type EventType = "recipient.status" | "message.received";

/** 132 bits of a digest. */
const ID_CHARACTERS = 22;

/** @param what - everything that tells this from all else that happens */
export function eventId(type: EventType, ...what: readonly string[]): string {
  return `evt_${hash("sha256", JSON.stringify([type, ...what]), "base64url").slice(0, ID_CHARACTERS)}`;
}
