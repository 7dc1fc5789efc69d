import {
  hasValues,
  keysWithoutDefault,
  LIMITS,
  type Parameters,
  type Problem,
  readSend,
  type ReadySend,
} from "@volley/contract";
import { completenessOf, type OwnValues } from "../recipients/own-values.ts";
import { isShortList, type SendToMany } from "../recipients/recipient-source.ts";
import { readWithoutRecipients, refusalOf } from "../terms/read-message.ts";

/** What of a send can be counted. */
export type CountableMessage = Pick<ReadySend, "message" | "parameters">;

/** A send, looked at without its recipients, and whatever is wrong with it. */
export type CheckedMessage = {
  /** The send without its recipients, as it was given. */
  readonly given: object;
  readonly problems: readonly Problem[];
  /** `null` when the message is too wrong to be counted. */
  readonly countable: CountableMessage | null;
  /** Whether a recipient has every value that the text needs. */
  readonly isComplete: (recipient: string, own: OwnValues | null) => boolean;
  /** When it is to be sent, and when nothing of it is sent any more. */
  readonly sendAt: Date | null;
  readonly until: Date;
};

/** Looks at a send as `enqueue` does: a list that travels in its job is read with its message, any other one without. */
export function checkMessage(send: SendToMany, now: Date): CheckedMessage {
  const { to: _, ...given } = Object(send) as SendToMany;
  const isShort = isShortList(send);
  const read = isShort ? readSend(send, now) : readWithoutRecipients(given, now);
  const countable = read.ok ? read.send : countableOf(given, now);
  const sendAt = read.ok ? read.send.sendAt : null;
  const startsAtMs = Math.max(now.getTime(), sendAt?.getTime() ?? 0);
  const until = (read.ok && read.send.expireAt) || new Date(startsAtMs + LIMITS.expiryMs);
  const isComplete = completeness(isShort, given, countable?.parameters);
  return { given, problems: refusalOf(read, now), countable, isComplete, sendAt, until };
}

/** The message with everything, or only with what its length depends on: a wrong sender makes no text longer. */
function countableOf(message: object, now: Date): CountableMessage | null {
  const whole = readWithoutRecipients(message, now);
  if (whole.ok) return whole.send;
  const { type, body, parameters } = message as { type?: unknown; body?: unknown; parameters?: unknown };
  const rest = { body, ...(type !== undefined && { type }), ...(parameters !== undefined && { parameters }) };
  const part = readWithoutRecipients(rest, now);
  return part.ok ? part.send : null;
}

/** In a short list a placeholder without any entry is a mistake of the send, not of everybody in it. */
function completeness(
  isShort: boolean,
  message: object,
  parameters: Parameters = new Map(),
): CheckedMessage["isComplete"] {
  if (!isShort) return completenessOf(message, parameters);
  const keys = keysWithoutDefault(Reflect.get(message, "body"), parameters).filter((key) => parameters.has(key));
  return (recipient) => hasValues(recipient, keys, parameters);
}
