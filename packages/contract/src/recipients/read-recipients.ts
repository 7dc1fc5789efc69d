import { LIMITS } from "../values/send-limits.ts";
import { normaliseRecipient } from "./recipient.ts";

/** A recipient whom Volley itself rejects, as the caller wrote it. */
export type Rejection = {
  readonly index: number;
  readonly recipient: string;
  /** It has no value for a placeholder that has no default. Without a reason it is neither a number nor a group ID. */
  readonly reason?: "missing_parameter" | undefined;
};

/** The recipients of a send, each one once. `accepted.length + rejected + duplicate` is `requested`. */
export type Recipients = {
  readonly requested: number;
  /** In the order of their first mention, as they go over the wire. */
  readonly accepted: readonly string[];
  readonly duplicate: number;
  /** How many are rejected: neither a number nor a group ID, or without a value that the text needs. */
  readonly rejected: number;
  /** The first of those, at most {@link LIMITS.rejectedInResult}. */
  readonly rejections: readonly Rejection[];
  /** Indexes of the entries that are not in `accepted`, ascending: duplicates and rejected ones. */
  readonly skipped: readonly number[];
};

/**
 * Normalises and de-duplicates recipients. Numbers that differ only in their writing are the same recipient: whether
 * Sinch removes duplicates is not published.
 *
 * @param to - the entries as the caller wrote them
 * @param isComplete - whether a recipient has every value that the text needs
 */
export function readRecipients(
  to: readonly string[],
  isComplete: (recipient: string) => boolean = () => true,
): Recipients {
  const seen = new Set<string>();
  const rejections: Rejection[] = [];
  const skipped: number[] = [];
  let rejected = 0;
  for (const [index, recipient] of to.entries()) {
    const normalised = normaliseRecipient(recipient);
    const isValid = normalised !== null && isComplete(normalised);
    if (isValid && !seen.has(normalised)) {
      seen.add(normalised);
      continue;
    }
    skipped.push(index);
    if (isValid) continue;
    rejected += 1;
    if (rejections.length >= LIMITS.rejectedInResult) continue;
    rejections.push({ index, recipient, ...(normalised !== null && { reason: "missing_parameter" }) });
  }
  return {
    requested: to.length,
    accepted: [...seen],
    duplicate: to.length - rejected - seen.size,
    rejected,
    rejections,
    skipped,
  };
}

/**
 * Where a recipient stood in the caller's list.
 *
 * @param position - in `accepted`
 * @param skipped - of the same list
 * @returns the index in `to`
 */
export function originalIndex(position: number, skipped: readonly number[]): number {
  let index = position;
  for (const gap of skipped) {
    if (gap > index) break;
    index += 1;
  }
  return index;
}
