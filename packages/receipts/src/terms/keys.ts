import { hash } from "node:crypto";

/**
 * Hashes over which the recipients of a batch are spread: of 1,000 each has about 83, and hardly ever more than 128, up to
 * which Redis keeps a hash packed, whatever its version.
 */
export const BUCKETS = 12;

/** Nonces whose signatures are of the same so many seconds are kept together, and forgotten together. */
const NONCE_SPAN_S = 10;

/** Sets over which those are spread, so that each stays a packed list of numbers (512 of them) up to 1,600 a second. */
const NONCE_SETS = 32;

/** The provider lists what has happened for so long, in seconds. */
export const LISTED_S = 14 * 24 * 60 * 60;

/**
 * So long it is known at least what people have texted, and when they were heard last, in seconds: what is read again while it is
 * listed is never news, and undoes nothing that a person has decided since.
 */
export const KNOWN_S = LISTED_S + 24 * 60 * 60;

/** What a batch or a send is told from others by. */
export type Place = { readonly prefix: string; readonly region: string };

/** The hash with what became of some recipients of a batch: its recipients are its fields. */
export function bucketKey({ prefix, region }: Place, batchId: string, bucket: number): string {
  return `${prefix}:receipts:${region}:${encodeURIComponent(batchId)}:${bucket}`;
}

/** The bucket that a recipient of a batch is in. */
export function bucketOf(recipient: string): number {
  let sum = 0;
  for (let place = 0; place < recipient.length; place += 1) sum = (sum * 31 + recipient.charCodeAt(place)) % 1_000_003;
  return sum % BUCKETS;
}

/** The hash that counts the states of a send's recipients, and names the batches that were heard of. */
export function deliveryKey({ prefix, region }: Place, sendId: string): string {
  return `${prefix}:delivery:${region}:${encodeURIComponent(sendId)}`;
}

/** The field of a send's hash that says that reports were asked for, though the send does not say so. */
export const ASKED_FIELD = "asked";

/** How a send's hash names a batch. Beside these it has states by their names, and `last_at`. */
export function batchField(batchId: string): string {
  return `#${batchId}`;
}

/** The field of a send's hash with the ID of the send that goes once more to those whose messages have failed. */
export const RETRIED_FIELD = "retried_as";

/** The sorted set of sends some of whose messages may be sent once more, by when to look. */
export function redeliverKey({ prefix, region }: Place): string {
  return `${prefix}:redeliver:${region}`;
}

/** The key that says that an inbound is known. */
export function inboundKey({ prefix, region }: Place, id: string): string {
  return `${prefix}:inbounds:${region}:${encodeURIComponent(id)}`;
}

/** Stands for the sender of a send that names none: the provider chooses one. */
export const DEFAULT_SENDER = "default";

/** The sorted set with the references of batches to several people by a sender, by when they were handed over. */
export function reachedKey({ prefix, region }: Place, sender: string): string {
  return `${prefix}:reached:${region}:${sender}`;
}

/** The hash with the last batch to one person alone by a sender. */
export function reachedPersonKey(place: Place, sender: string, person: string): string {
  return `${reachedKey(place, sender)}:${person}`;
}

/** The hash with whom a batch to several people is to. */
export function reachedBatchKey(place: Place, reference: string): string {
  return reachedPersonKey(place, "batch", encodeURIComponent(reference));
}

/** The stream of events. */
export function eventsKey(prefix: string): string {
  return `${prefix}:events`;
}

/** The hash of the regions of which an event has said that they are suspended. */
export function suspendedKey(prefix: string): string {
  return `${prefix}:events:suspended`;
}

/** The hash with how many bytes the stream has, and how much of it was dropped. */
export function outboxKey(prefix: string): string {
  return `${prefix}:events:outbox`;
}

/** The stream of messages from phones, as long as they are kept. */
export function inboxKey(prefix: string): string {
  return `${prefix}:inbox`;
}

/** The hash with how many bytes that has, and how much of it was dropped. */
export function inboxFigures(prefix: string): string {
  return `${prefix}:inbox:figures`;
}

/** Where a nonce is remembered: a set of numbers, and the number. */
export function nonceMember(
  { prefix, region }: Place,
  nonce: string,
  signedAt: Date,
): { readonly key: string; readonly member: string } {
  const bytes = hash("sha256", nonce, "buffer");
  const span = Math.floor(signedAt.getTime() / 1_000 / NONCE_SPAN_S);
  const set = bytes.readUInt8(8) % NONCE_SETS;
  return { key: `${prefix}:nonces:${region}:${span}:${set}`, member: String(bytes.readBigInt64BE()) };
}
