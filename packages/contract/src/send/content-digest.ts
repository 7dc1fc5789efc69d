import { digestOf } from "./fingerprint.ts";
import { parametersFor } from "../recipients/read-parameters.ts";
import type { ReadySend, ReadyStagedSend } from "./read-send.ts";

/** Characters of a digest: 80 bits, beyond any chance of two contents of one job ID sharing one. */
const CHARACTERS = 20;

/**
 * A digest of what a send brings to phones: its text, its sender, its people with their values, and when.
 *
 * The same content has the same digest on every try, however it is written: in whatever order people and fields stand,
 * however numbers and times are spelled, and whatever stands beside it about expiry, reports and priority. Of a staged
 * send it is the stage that counts: who is in it never changes.
 *
 * @returns the digest of the whole send, where the send is a part that says it
 */
export function contentDigest(send: ReadySend | ReadyStagedSend): string {
  const { message, sendAt, parameters } = send;
  if (message.content_digest !== undefined) return message.content_digest;
  const { type = "mt_text", from, body, options } = message;
  const to = "staged" in send ? [] : send.recipients.accepted.toSorted();
  const content = {
    type,
    from,
    body,
    options,
    send_at: sendAt?.getTime(),
    to,
    parameters: parametersFor(parameters, to),
    ...("staged" in send && { staged: [send.staged.id, send.staged.recipients] }),
  };
  return digestOf(content).slice(0, CHARACTERS);
}

/**
 * A digest of what a job brings by itself, a part too, in the order in which its people stand: a ledger says their places,
 * and of the same people in another order it would send to some twice and to others never.
 */
export function listDigest(send: ReadySend | ReadyStagedSend): string {
  const { content_digest: _, ...message } = send.message;
  const order = "staged" in send ? [] : send.recipients.accepted;
  return digestOf([contentDigest({ ...send, message }), order]).slice(0, CHARACTERS);
}
