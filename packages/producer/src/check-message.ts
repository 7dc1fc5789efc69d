import {
  hasValues,
  InvalidSendError,
  keysWithoutDefault,
  LIMITS,
  type Parameters,
  type Problem,
  readSend,
  readStagedSend,
  type ReadySend,
} from "@volley/contract";
import { isShortList, requireGood } from "./enqueue.ts";
import { completenessOf, type OwnValues } from "./own-values.ts";
import type { SendToMany } from "./recipient-source.ts";

/** What of a send can be counted. */
export type CountableMessage = Pick<ReadySend, "message" | "parameters">;

/** A send, looked at without its recipients, and whatever is wrong with it. */
export type CheckedMessage = {
  readonly problems: readonly Problem[];
  /** `null` when the message is too wrong to be counted. */
  readonly countable: CountableMessage | null;
  /** Whether a recipient has every value that the text needs. */
  readonly isComplete: (recipient: string, own: OwnValues | null) => boolean;
  /** When it begins, and when nothing of it is sent any more. */
  readonly from: Date;
  readonly until: Date;
};

/** A stage that nobody has: only what is beside it is looked at. */
const NO_STAGE = { id: "none", recipients: 1 };

/** Looks at a send as `enqueue` does: a list that travels in its job is read with its message, any other one without. */
export function checkMessage(send: SendToMany, now: Date): CheckedMessage {
  const { to: _, ...message } = Object(send) as SendToMany;
  const isShort = isShortList(send);
  const read = isShort ? readSend(send, now) : readStagedSend({ ...message, staged: NO_STAGE }, now);
  const countable = countableOf(message, now);
  const sendAt = read.ok ? read.send.sendAt : null;
  const from = sendAt && sendAt > now ? sendAt : now;
  const until = (read.ok && read.send.expireAt) || new Date(from.getTime() + LIMITS.expiryMs);
  const problems = refusalOf(() => requireGood<Pick<ReadySend, "sendAt" | "expireAt">>(read, now));
  return { problems, countable, isComplete: completeness(isShort, message, countable?.parameters), from, until };
}

/** The problems for which something is refused; any other failure is not for here. */
function refusalOf(call: () => void): readonly Problem[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof InvalidSendError) return error.problems;
    throw error;
  }
}

/** The message with everything, or only with what its length depends on: a wrong sender makes no text longer. */
function countableOf(message: object, now: Date): CountableMessage | null {
  const whole = readStagedSend({ ...message, staged: NO_STAGE }, now);
  if (whole.ok) return whole.send;
  const { type, body, parameters } = message as { type?: unknown; body?: unknown; parameters?: unknown };
  const rest = { body, ...(type !== undefined && { type }), ...(parameters !== undefined && { parameters }) };
  const part = readStagedSend({ ...rest, staged: NO_STAGE }, now);
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
