import { regionOfSendId } from "./send-id.ts";

/** What a reference at the provider says. */
export type ReferredSend = {
  /** The job ID of the send, or what stands for it in the reference where that ID is too long. */
  readonly id: string;
  /** The caller's own reference; `null` without one. Its end may be missing where it was long. */
  readonly own: string | null;
};

/** A job ID that another client gave stands behind a mark; see `clientReference`. */
const MARKED = /^(.*?)~[0-9a-f]{10}~(.+)$/s;

/** A part, and perhaps a lot of it: how many people the batches before it are to. */
const PART = /^(.+)\.p(?:0|[1-9]\d{0,8})(?:\.\d+)?$/s;

const LOT = /^(.+)\.\d+$/s;

/** References that others made may be of any length; what is longer than this was not made by us. */
const MOST_CHARACTERS = 128;

/**
 * The send that a batch belongs to, by its reference; the other way round of `clientReference`.
 *
 * The lots of a part are told by a number behind the ID. The IDs of other clients may end with a number themselves, so where
 * such a send was not split its lots keep theirs: `order-17` and `order-17.20` are then two.
 *
 * @param reference - as the provider gives it back
 * @returns `null` where it is not one of ours
 */
export function referredSend(reference: string | undefined): ReferredSend | null {
  if (reference === undefined || reference.length > MOST_CHARACTERS) return null;
  const mark = reference.lastIndexOf("~");
  const [own, tail] = [reference.slice(0, Math.max(mark, 0)), reference.slice(mark + 1)];
  if (mark < 0 || tail === "") return null;
  const ours = ownSend(tail);
  if (ours !== null) return { id: ours, own: own || null };
  const [, theirOwn = own, theirTail = tail] = MARKED.exec(reference) ?? [];
  return { id: PART.exec(theirTail)?.[1] ?? theirTail, own: theirOwn || null };
}

/** @returns `null` where it is not the ID of a send that our producer made, of a part of one, or of a lot */
function ownSend(tail: string): string | null {
  if (regionOfSendId(tail) !== null) return tail;
  const shorter = [PART, LOT].map((pattern) => pattern.exec(tail)?.[1]);
  return shorter.find((id) => id !== undefined && regionOfSendId(id) !== null) ?? null;
}
