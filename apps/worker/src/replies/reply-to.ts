import { normaliseRecipient } from "@volley/contract";
import { hear, type HearingOptions } from "@volley/opt-outs";
import { inboundText, type KeptEvent } from "@volley/receipts";
import type { ReplyKind } from "./reply-settings.ts";

/** Whom a reply goes to, from which number of ours, and to what. */
export type Answered = {
  readonly kind: ReplyKind;
  readonly recipient: string;
  readonly sender: string;
  /** What there is one reply to. */
  readonly answers: string;
};

const KINDS: Readonly<Record<string, ReplyKind>> = { "recipient.opted_out": "stop", "recipient.opted_in": "start" };

/** A phone: a short code or a name is not answered, it is no person. */
const PHONE = /^\d{7,15}$/;

/** A number or a short code of ours; nobody answers a name. */
const OURS = /^\+?\d{3,15}$/;

/** On these the network itself answers STOP, HELP and START. */
const TOLL_FREE = /^\+?1?(?:800|833|844|855|866|877|888)\d{7}$/;

/**
 * What an event asks a reply to: a STOP or a START that has changed something, or a HELP.
 *
 * @returns `null` for nothing
 */
export function replyTo({ type, data }: KeptEvent, hearing: HearingOptions): Answered | null {
  if (type === "message.received") return helpOf(data, hearing);
  const kind = KINDS[type];
  const message = data["message_id"];
  // What a network has reported, or a person decided, is no message that somebody waits for an answer to.
  if (kind === undefined || typeof message !== "string" || data["decided_by"] !== undefined) return null;
  return answered(kind, { from: data["recipient"], to: data["sender"] }, `message ${message}`);
}

function helpOf(data: KeptEvent["data"], hearing: HearingOptions): Answered | null {
  const reply = answered("help", { from: data["from"], to: data["to"] }, "");
  if (reply === null || hear(inboundText(data), hearing) !== "help") return null;
  return { ...reply, answers: `help ${reply.sender}` };
}

function answered(kind: ReplyKind, { from, to }: { from: unknown; to: unknown }, answers: string): Answered | null {
  if (typeof from !== "string" || typeof to !== "string") return null;
  const [recipient, sender] = [normaliseRecipient(from), to.trim()];
  if (recipient === null || !PHONE.test(recipient) || !OURS.test(sender) || TOLL_FREE.test(sender)) return null;
  return { kind, recipient, sender, answers };
}
